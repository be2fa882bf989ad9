// What people do and what happens to alerts while the incident of a test runs: said to the workflow as the gateway says
// it, at the time that the test names.

import { randomUUID } from 'node:crypto';
import { WorkflowNotFoundError, WorkflowUpdateFailedError } from '@temporalio/client';
import { alertsSignal, commandUpdate, type HoldChange, holdUpdate } from '../contract/messages.ts';
import { containmentWorkflowId, incidentWorkflowId } from '../contract/names.ts';
import { mayDecideAs } from '../core/approval/policy.ts';
import { attemptId, containmentIdOf } from '../core/ids.ts';
import type { IncidentCommand } from '../core/incident/commands.ts';
import type { AlertNote } from '../core/incident/notes.ts';
import type { PlanTestEvent, PlanTestFile } from '../core/plan/plan-test.ts';
import { durationMs } from '../core/plan/values.ts';
import { type AlertsOfIncident, normalised } from './alerts.ts';
import type { MemoryStore } from './memory-store.ts';
import type { PlanClock } from './plan-clock.ts';
import type { Stage } from './stage.ts';
import { instancesOf } from './steps.ts';

export interface Cast {
  stage: Stage;
  incidentId: string;
  openedMs: number;
  store: MemoryStore;
  alerts: AlertsOfIncident;
  clock: PlanClock;
  people: PlanTestFile['people'];
}

type Person = { name: string; actor: string; role: string };

/** Why it could not happen; undefined when it did. */
export async function happen(cast: Cast, event: PlanTestEvent): Promise<string | undefined> {
  const person = personOf(cast, event);
  if (!person) return `there is no ${event.by} among the people: ${Object.keys(cast.people).join(', ')}`;
  try {
    return await act(cast, event, person);
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return 'it was over by then';
    if (error instanceof WorkflowUpdateFailedError) return error.cause?.message ?? error.message;
    throw error;
  }
}

/** Whoever is named first acts, unless the event says who. */
function personOf({ people }: Cast, { by = Object.keys(people)[0] ?? '' }: PlanTestEvent): Person | undefined {
  const role = people[by];
  return role && { name: by, actor: actorOf(by), role };
}

export const actorOf = (name: string): string => `key:${name}`;

async function act(cast: Cast, event: PlanTestEvent, person: Person): Promise<string | undefined> {
  const { target } = event;
  if (event.answer !== undefined) return answer(cast, event.answer, event.value, person);
  if (event.approve !== undefined) return decide(cast, event.approve, 'approve', event, person);
  if (event.reject !== undefined) return decide(cast, event.reject, 'reject', event, person);
  if (event.alert) {
    const nowMs = cast.clock.planMs(await cast.stage.server.nowMs());
    return tell(cast, cast.alerts.fire(normalised(event.alert, nowMs)));
  }
  if (event.alerts_resolve) {
    const at = cast.clock.planTime(await cast.stage.server.nowMs());
    return tell(cast, cast.alerts.resolve(event.alerts_resolve, at));
  }
  if (event.lift !== undefined) return hold(cast, event.lift, target, { type: 'lift', ...said(event, person) });
  if (event.extend !== undefined) {
    const expiresAt = new Date(cast.openedMs + durationMs(event.to ?? '0s')).toISOString();
    return hold(cast, event.extend, target, { type: 'extend', ...said(event, person), expiresAt });
  }
  return commandAll(cast, event, person);
}

async function commandAll(cast: Cast, event: PlanTestEvent, person: Person): Promise<string | undefined> {
  const commands = commandsOf(cast, event);
  if (commands.length === 0) return `there is no step ${event.start ?? event.settle ?? event.retry}`;
  for (const one of commands) await command(cast, one, person);
  return undefined;
}

function commandsOf({ store }: Cast, event: PlanTestEvent): IncidentCommand[] {
  const { reason = '', target, happened = true, note, resolve, dismiss, start, settle, retry } = event;
  if (note !== undefined) return [{ type: 'note', text: note }];
  if (resolve !== undefined) return [{ type: 'resolve', reason: resolve }];
  if (dismiss !== undefined) return [{ type: 'dismiss', disposition: dismiss, reason }];
  if (start !== undefined) {
    return instancesOf(store.state, start, target).map(({ id }) => ({ type: 'start_step', stepId: id }));
  }
  if (settle !== undefined) {
    return instancesOf(store.state, settle, target).map(({ id }) => ({ type: 'settle', stepId: id, happened, reason }));
  }
  if (retry !== undefined) {
    return instancesOf(store.state, retry, target).map(({ id }) => ({ type: 'retry', stepId: id }));
  }
  return [{ type: 'acknowledge' }];
}

const said = ({ reason = '' }: { reason?: string | undefined }, { actor }: Person) => ({
  commandId: randomUUID(),
  actor,
  reason,
});

/** Only whoever may, as the gateway would. */
async function answer(
  cast: Cast,
  written: string,
  value: PlanTestEvent['value'],
  person: Person,
): Promise<string | undefined> {
  const asked = await untilFound(() =>
    instancesOf(cast.store.state, written).filter(({ id }) => cast.store.state?.steps[id]?.question),
  );
  if (asked.length === 0) return `${written} was not asked at that time`;
  for (const node of asked) {
    if (node.type !== 'ask' || value === undefined) return `${written} is no question`;
    if (!mayDecideAs(person.role, node.roles)) {
      return `The role ${person.role} may not answer; needed: ${node.roles.join(' or ')}`;
    }
    await command(cast, { type: 'answer', stepId: node.id, value }, person);
  }
  return undefined;
}

/** Decides every approval that is asked for the step, as the gateway would: stored first, then told. */
async function decide(
  cast: Cast,
  written: string,
  decision: 'approve' | 'reject',
  { target, reason = '' }: { target?: string | undefined; reason?: string | undefined },
  { actor, role }: Person,
): Promise<string | undefined> {
  const asked = await untilFound(() =>
    cast.store
      .openTo(actor)
      .filter(({ subject }) => instancesOf(cast.store.state, written, target).some(({ id }) => id === subject.stepId)),
  );
  if (asked.length === 0) return `no approval of ${written} was asked for at that time`;
  for (const { approvalId } of asked) {
    const at = new Date(await cast.stage.server.nowMs()).toISOString();
    const refusal = cast.store.decide({ approvalId, decision, actor, role, reason, at });
    if (refusal) return refusal.reason;
    await command(cast, { type: 'decide', approvalId, decision }, { name: '', actor, role });
  }
  return undefined;
}

const tries = 100;
const tryEveryMs = 20;

/** What is under way when an event's time has come may still take a moment of ours: the clock runs with it. */
async function untilFound<One>(find: () => readonly One[]): Promise<readonly One[]> {
  for (let attempt = 1; attempt < tries; attempt += 1) {
    const found = find();
    if (found.length > 0) return found;
    await new Promise((resolve) => setTimeout(resolve, tryEveryMs));
  }
  return find();
}

async function tell(cast: Cast, notes: AlertNote[]): Promise<undefined> {
  cast.store.lastPosition = cast.alerts.lastPosition;
  const handle = cast.stage.client.workflow.getHandle(incidentWorkflowId(cast.incidentId));
  if (notes.length > 0) await handle.signal(alertsSignal, notes);
}

async function command(cast: Cast, given: IncidentCommand, { actor }: Person): Promise<void> {
  const commandId = randomUUID();
  const at = new Date(await cast.stage.server.nowMs()).toISOString();
  const handle = cast.stage.client.workflow.getHandle(incidentWorkflowId(cast.incidentId));
  await handle.executeUpdate(commandUpdate, { updateId: commandId, args: [{ commandId, actor, at, command: given }] });
}

async function hold(
  cast: Cast,
  written: string,
  target: string | undefined,
  change: HoldChange,
): Promise<string | undefined> {
  const steps = instancesOf(cast.store.state, written, target);
  if (steps.length === 0) return `there is no step ${written}`;
  for (const { id } of steps) {
    const workflowId = containmentWorkflowId(
      containmentIdOf(cast.incidentId, attemptId(id, cast.store.state?.steps[id]?.attempt)),
    );
    const handle = cast.stage.client.workflow.getHandle(workflowId);
    await handle.executeUpdate(holdUpdate, { updateId: change.commandId, args: [change] });
  }
  return undefined;
}
