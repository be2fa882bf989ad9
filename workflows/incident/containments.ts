// Undoing what an incident did, newest first; what cannot be undone is named as a follow-up.

import { getExternalWorkflowHandle } from '@temporalio/workflow';
import { liftSignal } from '../../src/contract/messages.ts';
import { containmentWorkflowId } from '../../src/contract/names.ts';
import type { ActionOutcome } from '../../src/core/action-outcome.ts';
import { attemptId, containmentIdOf, stepKey } from '../../src/core/ids.ts';
import { firebreak } from '../../src/core/incident/events.ts';
import type { PlannedStep, UndoCall } from '../../src/core/incident/plan.ts';
import { stepNamed } from '../../src/core/incident/state.ts';
import { undoer } from '../proxies.ts';
import { applied } from './apply.ts';
import type { Incident } from './incident.ts';

export async function undoSteps(incident: Incident, stepIds: readonly string[], reason: string): Promise<void> {
  for (const stepId of [...stepIds].reverse()) {
    const step = stepNamed(incident.state, stepId);
    if (step && mayHaveHappened(incident, stepId)) await undoStep(incident, step, reason);
  }
  await incident.flush();
}

const effectIdOf = (incident: Incident, { id }: PlannedStep): string =>
  attemptId(id, incident.state.steps[id]?.attempt);

function mayHaveHappened(incident: Incident, stepId: string): boolean {
  const { outcome, undone } = incident.state.steps[stepId] ?? {};
  return !undone && (outcome?.result === 'done' || outcome?.result === 'unknown');
}

async function undoStep(incident: Incident, step: PlannedStep, reason: string): Promise<void> {
  if (step.kind === 'check') return;
  if (!step.reversible) return nameAsLeft(incident, step, 'it has no undo');
  const isHeld = step.kind === 'containment' && incident.state.steps[step.id]?.outcome?.result === 'done';
  if (step.undo) await undoByCall(incident, step, step.undo);
  else if (isHeld) await lift(incident, step, reason);
  else await undoHere(incident, step, reason);
}

const liftedWithinMs = 15 * 60_000;
const lookEveryMs = 10_000;

/** The containment's own workflow undoes it; here we wait until it did. */
async function lift(incident: Incident, step: PlannedStep, reason: string): Promise<void> {
  const containmentId = containmentIdOf(incident.id, effectIdOf(incident, step));
  try {
    await getExternalWorkflowHandle(containmentWorkflowId(containmentId)).signal(liftSignal, {
      actor: firebreak,
      reason,
    });
  } catch {
    // Not there any more: it was lifted or ran out before, and its row in the store says how.
    return;
  }
  const untilMs = Date.now() + liftedWithinMs;
  if (await untilUndone(incident, step, containmentId, untilMs)) return;
  nameAsLeft(incident, step, 'undoing it takes longer than expected; its containment keeps trying');
}

/** A child of an earlier run reports to nobody, so its row in the store is read instead. */
async function untilUndone(incident: Incident, step: PlannedStep, containmentId: string, untilMs: number) {
  const isUndone = () => incident.state.steps[step.id]?.undone !== undefined;
  const summary = `Lift: ${step.title}`.slice(0, 180);
  if (incident.heldByChild.has(step.id)) return incident.waitUntil(isUndone, untilMs, summary);
  while (Date.now() < untilMs) {
    const look = 'Containment: has it ended?';
    const { undone } = await incident.store(look, (store) => store.readContainment({ containmentId }));
    if (undone) {
      incident.record({ type: 'step_undone', stepId: step.id, title: step.title, outcome: undone });
      return true;
    }
    await incident.waitUntil(isUndone, Date.now() + lookEveryMs, summary);
  }
  return false;
}

async function undoHere(incident: Incident, step: PlannedStep, reason: string): Promise<void> {
  const { action, params, mode, title } = step;
  const input = {
    incidentId: incident.id,
    key: stepKey(incident.id, effectIdOf(incident, step)),
    action,
    params,
    mode,
    reason,
  };
  try {
    const outcome = await undoer(`Undo: ${title}`.slice(0, 180)).undoAction(input);
    incident.record({ type: 'step_undone', stepId: step.id, title, outcome });
    if (outcome.state !== 'undone' && outcome.state !== 'simulated') nameAsLeft(incident, step, outcome.detail);
  } catch (error) {
    nameAsLeft(incident, step, error instanceof Error ? error.message : String(error));
  }
}

/** The step brought its undo: another action, approved with it. */
async function undoByCall(incident: Incident, step: PlannedStep, call: UndoCall): Promise<void> {
  const undo: PlannedStep = {
    ...step,
    ...call,
    id: `${effectIdOf(incident, step)}.undo`,
    kind: 'change',
    level: 'auto',
    holdMs: null,
    reversible: false,
  };
  const { outcome } = await applied(incident, undo, null);
  const { state, detail } = outcome;
  const isUndone = state === 'applied' || state === 'check_passed';
  const undone: ActionOutcome = isUndone ? { state: 'undone', detail } : outcome;
  incident.record({ type: 'step_undone', stepId: step.id, title: step.title, outcome: undone });
  if (!isUndone && state !== 'simulated') nameAsLeft(incident, step, detail);
}

function nameAsLeft(incident: Incident, step: PlannedStep, why: string): void {
  const text = `Not undone: ${step.title}: ${why}`;
  if (!incident.state.followUps.includes(text)) incident.record({ type: 'follow_up_added', text });
}
