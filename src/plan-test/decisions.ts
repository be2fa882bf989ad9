// What is decided with the plan for the incident of a test: by the functions that decide in production, over the alerts
// of the test.

import { descriptions } from '../actions/descriptions/index.ts';
import type { ResponsePlanned } from '../core/incident/plan.ts';
import type { PlanTest } from '../core/plan/plan-test.ts';
import type { LoadedPlan } from '../core/plan/response-plan.ts';
import { durationMs } from '../core/plan/values.ts';
import { planResponse } from '../core/playbook/plan-steps.ts';
import { computeReached, planReachedStep, type Reached } from '../core/playbook/reached.ts';
import type { OpenIncident } from '../core/triage/facts.ts';
import type { AlertsOfIncident } from './alerts.ts';
import type { LaterDecisions, PlanInput } from './memory-store.ts';
import type { PlanClock } from './plan-clock.ts';

/** What would be live at a customer is what is tested. */
export const everythingLive = Object.fromEntries([...descriptions.keys()].map((name) => [name, true]));

export interface Decisions extends LaterDecisions {
  planResponse(input: PlanInput): ResponsePlanned;
}

export interface DecisionsInput {
  loaded: LoadedPlan;
  test: PlanTest;
  alerts: AlertsOfIncident;
  clock: PlanClock;
  openedMs: number;
  nowMs(): Promise<number>;
}

export function decisionsBy({ loaded, test, alerts, clock, openedMs, nowMs }: DecisionsInput): Decisions {
  const { drill } = test;
  const { planTime } = clock;
  const acting = { actions: descriptions, capabilities: everythingLive };
  const facts = () => ({ plan: loaded.plan, alerts: alerts.all, drill, earlier: [] });
  const inPlanTime = <Times extends { impactStartedAt: string }>(given: Times): Times => ({
    ...given,
    impactStartedAt: planTime(given.impactStartedAt),
  });
  const reached = <Given extends Reached>(input: Given): Given => ({
    ...inPlanTime(input),
    openedAt: planTime(input.openedAt),
  });
  return {
    planResponse: ({ opened }) =>
      planResponse({
        plan: loaded,
        facts: {
          opened: { ...inPlanTime(opened), detectedAt: planTime(opened.detectedAt) },
          drill,
          alerts: alerts.all,
          openIncidents: openIncidents(test, clock.planMs(openedMs)),
          earlier: [],
        },
        ...acting,
      }),
    planStep: async (input) => planReachedStep(reached(input), { ...facts(), ...acting, at: planTime(await nowMs()) }),
    computeValues: (input) => computeReached(reached(input), facts()),
  };
}

function openIncidents({ open_incidents, drill }: PlanTest, nowMs: number): OpenIncident[] {
  return open_incidents.map(({ id, service = null, playbook = null, severity, opened }) => {
    const openedAt = new Date(nowMs - durationMs(opened)).toISOString();
    return { id, service, playbook, severity, openedAt, drill, shared: [] };
  });
}
