// Running one action: once, with its approval, its retries and its place on the undo list.

import { condition } from '@temporalio/workflow';
import type { StepOutcome } from '../../src/core/incident/events.ts';
import type { FlowNode } from '../../src/core/incident/flow.ts';
import type { PlannedStep } from '../../src/core/incident/plan.ts';
import { heldBack, stepOutcomeOf } from '../../src/core/incident/step-outcome.ts';
import { applied } from './apply.ts';
import { permissionForStep } from './approvals.ts';
import { holdFrom } from './hold.ts';
import type { Incident } from './incident.ts';
import { settleUnknown } from './unknown.ts';

/** Runs one action to its outcome; one that has an outcome already is not run again. */
export async function runStep(incident: Incident, step: PlannedStep, isStopped: () => boolean): Promise<StepOutcome> {
  for (;;) {
    let outcome = incident.state.steps[step.id]?.outcome ?? (await attempt(incident, step, isStopped));
    if (outcome.result === 'unknown') outcome = await settleUnknown(incident, step, isStopped);
    const { tries = 1, attempt: number = 1, finishedAt } = incident.state.steps[step.id] ?? {};
    if (outcome.result !== 'failed' || tries >= step.retry.attempts || isStopped()) return outcome;
    const againAtMs = Date.parse(finishedAt ?? '') + step.retry.waitMs;
    await incident.waitUntil(isStopped, againAtMs, `Try again: ${step.title}`.slice(0, 180));
    if (isStopped()) return outcome;
    const { id: stepId, title } = step;
    incident.record({ type: 'step_retried', stepId, title, attempt: number + 1, by: 'policy', reopens: [] });
  }
}

async function attempt(incident: Incident, step: PlannedStep, isStopped: () => boolean): Promise<StepOutcome> {
  const reason = heldBack(step);
  if (reason) return finish(incident, step, reason);
  const permission = await permissionForStep(incident, step, isStopped);
  if (!permission.granted) return finish(incident, step, permission.refusal);
  return act(incident, step, permission.approvalId);
}

async function act(incident: Incident, step: PlannedStep, approvalId: string | null): Promise<StepOutcome> {
  // Recording this puts the step on the undo list, before anything is applied.
  incident.record({ type: 'step_started', stepId: step.id, title: step.title, mode: step.mode });
  const { outcome, expiresAt } = await shownMeanwhile(incident, applied(incident, step, approvalId));
  const finished = finish(incident, step, stepOutcomeOf(outcome));
  if (finished.result === 'done') await holdFrom(incident, step, outcome, expiresAt);
  await incident.flush();
  return finished;
}

/** Longer than most actions take: what was decided and what came of it are then one write, and none comes before the act. */
const unseenMs = 400;

/** An action that takes its time is seen to run. */
async function shownMeanwhile<Result>(incident: Incident, acting: Promise<Result>): Promise<Result> {
  let hasEnded = false;
  const ending = acting.finally(() => {
    hasEnded = true;
  });
  const isQuick = await condition(() => hasEnded, unseenMs, { summary: 'Show what runs longer than this' });
  if (!isQuick) await incident.flush();
  return ending;
}

export function finish(incident: Incident, step: Pick<FlowNode, 'id' | 'title'>, outcome: StepOutcome): StepOutcome {
  incident.record({ type: 'step_finished', stepId: step.id, title: step.title, outcome });
  return outcome;
}
