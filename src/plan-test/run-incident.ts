// One test on a stage: its incident from the first alerts to its end, and every containment to its own.

import type { IncidentInput } from '../contract/messages.ts';
import { containmentWorkflowId, incidentWorkflowId, queues, workflowTypes } from '../contract/names.ts';
import { derivedId } from '../core/ids.ts';
import type { PlanTest, PlanTestFile } from '../core/plan/plan-test.ts';
import type { LoadedPlan } from '../core/plan/response-plan.ts';
import { durationMs } from '../core/plan/values.ts';
import { AlertsOfIncident, normalised } from './alerts.ts';
import { decisionsBy } from './decisions.ts';
import { MemoryStore } from './memory-store.ts';
import { noticesOf, type Observed } from './observed.ts';
import { type Cast, happen } from './people.ts';
import { PlanClock } from './plan-clock.ts';
import { SimulatedActions } from './simulated-actions.ts';
import type { Stage } from './stage.ts';

export interface IncidentTest {
  plan: LoadedPlan;
  file: PlanTestFile;
  test: PlanTest;
  /** Unique on its stage. */
  id: string;
  /** From 1. */
  attempt: number;
}

export interface IncidentRun {
  observed: Observed;
  /** The server's clock can be relied on for another test. */
  isClockSound: boolean;
}

/**
 * What is due at the same time happens before people's events, and no two events come at the same distance from a round
 * time: the server loses a task that meets a timer in the very moment.
 */
const lateness = { eachMs: 1_500, attemptMs: 400 };

export function runIncident(stage: Stage, given: IncidentTest): Promise<IncidentRun> {
  return stage.server.reminded(() => run(stage, given));
}

async function run(stage: Stage, given: IncidentTest): Promise<IncidentRun> {
  const cast = await open(stage, given);
  const { store, incidentId, openedMs, alerts, clock } = cast;
  const actions = new SimulatedActions({
    store,
    outcomes: given.test.outcomes,
    elapsedMs: async () => (await stage.server.nowMs()) - openedMs,
    now: async () => new Date(await stage.server.nowMs()).toISOString(),
  });
  stage.worlds.set(incidentId, {
    store,
    applyAction: (input) => actions.applyAction(input),
    undoAction: (input) => actions.undoAction(input),
    extendAction: () => actions.extendAction(),
    notify: (sent) => actions.notify(sent),
  });
  const holds = watchHolds(cast);
  const notes = alerts.fire(firstAlerts(given, clock.planMs(openedMs)));
  const input: IncidentInput = { opened: alerts.opened(incidentId, openedMs, clock), notes };
  store.lastPosition = alerts.lastPosition;
  const handle = await stage.client.workflow.start(workflowTypes.incident, {
    workflowId: incidentWorkflowId(incidentId),
    taskQueue: queues.incident,
    args: [input],
  });
  const refused = await playEvents(cast, given);
  await stage.server.letTimePass();
  await handle.result();
  await holds.untilAllEnded();
  await stage.server.stopTime();
  const continued = (await handle.describe()).runId !== handle.firstExecutionRunId;
  return {
    observed: {
      openedMs,
      state: store.state,
      events: store.events,
      approvals: [...store.approvals.values()],
      containments: store.containments,
      notices: noticesOf(store.events, actions.notices),
      refused,
    },
    isClockSound: holds.isClockSound() && !continued,
  };
}

async function open(stage: Stage, { plan, file, test, id }: IncidentTest): Promise<Cast> {
  const openedMs = await stage.server.nowMs();
  const incidentId = derivedId(10, 'plan-test', id);
  const alerts = new AlertsOfIncident();
  const clock = new PlanClock(openedMs, test.opens);
  const decisions = decisionsBy({ loaded: plan, test, alerts, clock, openedMs, nowMs: () => stage.server.nowMs() });
  const store = new MemoryStore(decisions.planResponse, decisions);
  return { stage, incidentId, openedMs, store, alerts, clock, people: file.people };
}

const firstAlerts = ({ file, test }: IncidentTest, nowMs: number) =>
  (test.alerts ?? file.alerts ?? []).flatMap((alert) => normalised(alert, nowMs));

async function playEvents(cast: Cast, { test, attempt }: IncidentTest): Promise<Observed['refused']> {
  const refused: { index: number; reason: string }[] = [];
  const inTime = test.events.map((event, index) => ({ event, index, atMs: durationMs(event.at) }));
  inTime.sort((a, b) => a.atMs - b.atMs || a.index - b.index);
  for (const [order, { event, index, atMs }] of inTime.entries()) {
    const lateMs = (order + 1) * lateness.eachMs + attempt * lateness.attemptMs;
    const leftMs = cast.openedMs + atMs + lateMs - (await cast.stage.server.nowMs());
    if (leftMs > 0) await cast.stage.server.sleepMs(leftMs);
    const reason = await happen(cast, event);
    if (reason !== undefined) refused.push({ index, reason });
  }
  return refused;
}

/**
 * Follows every containment to its end. The server's clock stays locked by each that ends after its incident, for it
 * waits until a parent that is gone has heard of it (sdk-java, TestWorkflowMutableStateImpl): unlocked here instead.
 */
function watchHolds({ store, stage, incidentId }: Cast) {
  const watched = new Map<string, Promise<void>>();
  let isClockSound = true;
  const watch = async (containmentId: string): Promise<void> => {
    const child = stage.client.workflow.getHandle(containmentWorkflowId(containmentId));
    await child.result().catch(() => {});
    const parent = await stage.client.workflow.getHandle(incidentWorkflowId(incidentId)).describe();
    const [parentEndMs, childEndMs] = [parent.closeTime?.getTime(), (await child.describe()).closeTime?.getTime() ?? 0];
    if (parentEndMs === undefined || childEndMs < parentEndMs - closeCallMs) return;
    if (childEndMs < parentEndMs + closeCallMs) isClockSound = false;
    else await stage.server.letTimePass();
  };
  store.onHeld = (containmentId) => {
    // What cannot be followed, as its stage was closed, is nobody's concern any more.
    if (!watched.has(containmentId))
      watched.set(
        containmentId,
        watch(containmentId).catch(() => {}),
      );
  };
  return {
    isClockSound: () => isClockSound,
    async untilAllEnded() {
      for (let seen = -1; seen < watched.size; ) {
        seen = watched.size;
        await Promise.all(watched.values());
      }
    },
  };
}

/** Ends so close to each other that nobody can tell whether one heard of the other. */
const closeCallMs = 500;
