// A containment that was applied is held until lifted, extended or expired; then it is undone and read back.
// It is a workflow of its own, so that it outlives its incident if it must.

import { ApplicationFailure, allHandlersFinished, condition, setHandler, workflowInfo } from '@temporalio/workflow';
import type { ContainmentRecord, ContainmentStatus } from '../src/contract/activities.ts';
import {
  type CommandAccepted,
  type ContainmentEnd,
  type ContainmentInput,
  type HoldChange,
  holdUpdate,
  liftSignal,
} from '../src/contract/messages.ts';
import type { ActionOutcome } from '../src/core/action-outcome.ts';
import { firebreak } from '../src/core/incident/events.ts';
import { extender, inStore, undoer } from './proxies.ts';

interface Hold {
  input: ContainmentInput;
  expiresAt: string;
  /** Set when someone wants it undone now. */
  lift: { actor: string; reason: string } | null;
  /** Extensions that were accepted and are not applied yet. */
  extensions: Extract<HoldChange, { type: 'extend' }>[];
  seen: string[];
  isUndoing: boolean;
  changes: number;
}

/** Every extension costs history; more than this many is a change of plan, not an extension. */
const maxChanges = 200;

export async function containmentWorkflow(input: ContainmentInput): Promise<ContainmentEnd> {
  const hold: Hold = {
    input,
    expiresAt: input.expiresAt,
    lift: null,
    extensions: [],
    seen: [],
    isUndoing: false,
    changes: 0,
  };
  listen(hold);
  await record(hold, 'held', firebreak, 'applied');
  await untilOver(hold);
  const outcome = await undoUntilDone(hold);
  await condition(allHandlersFinished);
  return { how: hold.lift ? 'lifted' : 'expired', outcome };
}

function listen(hold: Hold): void {
  setHandler(liftSignal, (lift) => {
    hold.lift ??= lift;
  });
  setHandler(holdUpdate, (change) => accept(hold, change), { validator: (change) => validate(hold, change) });
}

function validate(hold: Hold, change: HoldChange): void {
  if (hold.seen.includes(change.commandId)) return;
  if (hold.seen.length >= maxChanges) throw refused('too_many_changes', `Changed ${maxChanges} times already`);
  if (change.type === 'extend' && (hold.isUndoing || hold.lift)) {
    throw refused('containment_over', 'It is being undone; run the action again instead');
  }
}

const refused = (code: string, reason: string) => ApplicationFailure.nonRetryable(reason, code);

function accept(hold: Hold, change: HoldChange): CommandAccepted {
  const repeated = hold.seen.includes(change.commandId);
  if (repeated) return { accepted: true, repeated };
  hold.seen.push(change.commandId);
  if (change.type === 'extend') hold.extensions.push(change);
  else hold.lift ??= { actor: change.actor, reason: change.reason };
  return { accepted: true, repeated };
}

async function untilOver(hold: Hold): Promise<void> {
  while (!hold.lift) {
    const remainingMs = Date.parse(hold.expiresAt) - Date.now();
    if (remainingMs <= 0) return;
    const isChanged = () => hold.lift !== null || hold.extensions.length > 0;
    await condition(isChanged, remainingMs, { summary: `Hold until ${hold.expiresAt}` });
    for (const extension of hold.extensions.splice(0)) await extend(hold, extension);
  }
}

async function extend(
  hold: Hold,
  { actor, reason, expiresAt }: Extract<HoldChange, { type: 'extend' }>,
): Promise<void> {
  // The target may have an expiry of its own, as a second safety; it must not run out before ours.
  const outcome = await extendAtTarget(hold, reason, expiresAt);
  hold.expiresAt = expiresAt;
  await record(hold, 'held', actor, `extended: ${reason}`, outcome);
}

/** Bounded, because nobody can lift it meanwhile. */
async function extendAtTarget(hold: Hold, reason: string, expiresAt: string): Promise<ActionOutcome> {
  try {
    return await extender(`Extend: ${hold.input.title}`.slice(0, 180)).extendAction({
      ...undoInput(hold, reason),
      expiresAt,
    });
  } catch (error) {
    return failedToTell('Extending failed', error);
  }
}

async function undoUntilDone(hold: Hold): Promise<ActionOutcome> {
  const { actor, reason } = hold.lift ?? { actor: firebreak, reason: 'its time is up' };
  hold.isUndoing = true;
  await record(hold, 'undoing', actor, reason);
  for (let attempt = 1; ; attempt += 1) {
    const outcome = await undo(hold, reason);
    const isUndone = outcome.state === 'undone' || outcome.state === 'simulated';
    if (isUndone) {
      await record(hold, hold.lift ? 'lifted' : 'expired', actor, reason, outcome);
      return outcome;
    }
    await record(hold, 'undo_failed', firebreak, outcome.detail, outcome);
    if (attempt >= hold.input.undoAttempts) return outcome;
    await untilNextAttempt(hold, attempt);
  }
}

/** A person who asks for a lift again is a reason to try at once. */
async function untilNextAttempt(hold: Hold, attempt: number): Promise<void> {
  const asked = hold.seen.length;
  const waitMs = Math.min(60_000 * 2 ** attempt, 6 * 3_600_000);
  await condition(() => hold.seen.length > asked, waitMs, { summary: 'Undo failed: try again later, or when asked' });
}

async function undo(hold: Hold, reason: string): Promise<ActionOutcome> {
  try {
    return await undoer(`Undo: ${hold.input.title}`.slice(0, 180)).undoAction(undoInput(hold, reason));
  } catch (error) {
    return failedToTell('Undoing failed', error);
  }
}

function failedToTell(what: string, error: unknown): ActionOutcome {
  const cause = error instanceof Error ? (error.cause ?? error) : error;
  const message = cause instanceof Error ? cause.message : String(cause);
  return { state: 'unknown', detail: `${what}: ${message}`, failure: { code: 'activity_failed', message } };
}

function undoInput({ input }: Hold, reason: string) {
  const { incidentId, key, action, params, mode } = input;
  return { incidentId, key, action, params, mode, reason };
}

async function record(hold: Hold, status: ContainmentStatus, actor: string, reason: string, outcome?: ActionOutcome) {
  const { containmentId, incidentId } = hold.input;
  const number = `${workflowInfo().runStartTime.toISOString()}/${hold.changes}`;
  hold.changes += 1;
  const at = new Date().toISOString();
  const change = { containmentId, number, incidentId, status, actor, at, expiresAt: hold.expiresAt, reason };
  const record: ContainmentRecord = outcome ? { ...change, outcome } : change;
  await inStore(`Containment: ${status}`, (store) => store.recordContainment(record));
}
