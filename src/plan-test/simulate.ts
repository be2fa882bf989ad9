// A playbook thought through, without a server: each step with what it would do, who would be asked, what would be refused
// and what would be undone. Decided by the same functions as in an incident.

import { descriptions } from '../actions/descriptions/index.ts';
import type { Alert } from '../core/alert.ts';
import { type IncidentState, openIncident } from '../core/incident/state.ts';
import type { LoadedPlan } from '../core/plan/response-plan.ts';
import { planResponse } from '../core/playbook/plan-steps.ts';
import { AlertsOfIncident } from './alerts.ts';
import { AssumedRun, type Assumptions, type SimulatedStep } from './assumed-run.ts';
import { everythingLive } from './decisions.ts';

export interface SimulationInput {
  plan: LoadedPlan;
  playbook: string;
  alerts: readonly Alert[];
  nowMs: number;
  assumptions: Assumptions;
}

export interface Simulation {
  state: IncidentState;
  /** The playbook that triage chooses for these alerts: perhaps another one. */
  chosen: string | null;
  steps: readonly SimulatedStep[];
}

export function simulate({ plan, playbook, alerts, nowMs, assumptions }: SimulationInput): Simulation {
  const held = new AlertsOfIncident();
  held.fire(alerts);
  const opened = held.opened('simulated', nowMs);
  const facts = { opened, drill: false, alerts: held.all, openIncidents: [], earlier: [] };
  const acting = { actions: descriptions, capabilities: everythingLive };
  const { playbook: chosen } = planResponse({ plan, facts, ...acting });
  const forced = withOnly(plan, playbook);
  const run = new AssumedRun(
    openIncident(opened),
    { plan: plan.plan, alerts: held.all, drill: false, earlier: [] },
    assumptions,
  );
  const response = planResponse({ plan: forced, facts, ...acting });
  run.record({ type: 'triaged', plan: response });
  const { contain, verify, recover } = response;
  // As in an incident: nothing is verified that did not contain, and recovery is tried whatever came before.
  if (run.phase('contain', contain, []) === 'done') run.phase('verify', verify, contain);
  run.phase('recover', recover, [...contain, ...verify]);
  return { state: run.state, chosen, steps: run.steps };
}

/** With the rule that leads to the playbook for every alert, as its severity and its team are part of what happens. */
function withOnly(loaded: LoadedPlan, playbook: string): LoadedPlan {
  const { rules } = loaded.plan;
  const own = rules.rules.find((rule) => rule.playbook === playbook);
  const rule = { ...(own ?? { name: 'simulated', correlate: [] }), when: '= true', playbook, correlate: [] };
  return { ...loaded, plan: { ...loaded.plan, rules: { ...rules, rules: [rule] } } };
}
