// What is decided with the plan for the incident of a test: by the functions that decide in production, over the alerts
// of the test.

import { descriptions } from '../actions/descriptions/index.ts';
import type { ResponsePlanned } from '../core/incident/plan.ts';
import type { PlanTest } from '../core/plan/plan-test.ts';
import type { LoadedPlan } from '../core/plan/response-plan.ts';
import { durationMs } from '../core/plan/values.ts';
import { planResponse } from '../core/playbook/plan-steps.ts';
import { computeReached, planReachedStep } from '../core/playbook/reached.ts';
import type { OpenIncident } from '../core/triage/facts.ts';
import type { AlertsOfIncident } from './alerts.ts';
import type { LaterDecisions, PlanInput } from './memory-store.ts';

/** What would be live at a customer is what is tested. */
export const everythingLive = Object.fromEntries([...descriptions.keys()].map((name) => [name, true]));

export interface Decisions extends LaterDecisions {
  planResponse(input: PlanInput): ResponsePlanned;
}

export interface DecisionsInput {
  loaded: LoadedPlan;
  test: PlanTest;
  alerts: AlertsOfIncident;
  openedMs: number;
  nowMs(): Promise<number>;
}

export function decisionsBy({ loaded, test, alerts, openedMs, nowMs }: DecisionsInput): Decisions {
  const { drill } = test;
  const acting = { actions: descriptions, capabilities: everythingLive };
  const reached = () => ({ plan: loaded.plan, alerts: alerts.all, drill, earlier: [] });
  return {
    planResponse: ({ opened }) =>
      planResponse({
        plan: loaded,
        facts: { opened, drill, alerts: alerts.all, openIncidents: openIncidents(test, openedMs), earlier: [] },
        ...acting,
      }),
    async planStep(input) {
      const at = new Date(await nowMs()).toISOString();
      return planReachedStep(input, { ...reached(), ...acting, at });
    },
    computeValues: (input) => computeReached(input, reached()),
  };
}

function openIncidents({ open_incidents, drill }: PlanTest, nowMs: number): OpenIncident[] {
  return open_incidents.map(({ id, service = null, playbook = null, severity, opened }) => {
    const openedAt = new Date(nowMs - durationMs(opened)).toISOString();
    return { id, service, playbook, severity, openedAt, drill, shared: [] };
  });
}
