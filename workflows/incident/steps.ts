// Running planned steps: each once, in order, with its approval, its failure policy and its place on the undo list.

import { condition } from '@temporalio/workflow';
import type { ActionOutcome } from '../../src/core/action-outcome.ts';
import type { StepOutcome } from '../../src/core/incident/events.ts';
import type { PlannedStep } from '../../src/core/incident/plan.ts';
import { heldBack, stepOutcomeOf } from '../../src/core/incident/step-outcome.ts';
import { containment } from '../proxies.ts';
import { permissionFor } from './approvals.ts';
import { afterFailure } from './failures.ts';
import { applyInputOf, holdFrom } from './hold.ts';
import type { Incident } from './incident.ts';
import { settleUnknown } from './unknown.ts';

/** True when all steps went through, or failed in a way that their playbook tolerates. */
export async function runSteps(incident: Incident, steps: readonly PlannedStep[]): Promise<boolean> {
  for (const step of steps) {
    incident.boundary();
    if (incident.isStopped) return false;
    const outcome = await runStep(incident, step, () => incident.isStopped);
    const mayGoOn = isThrough(outcome) || (await afterFailure(incident, step));
    if (!mayGoOn) return false;
  }
  return true;
}

/** Runs one step to its outcome; one that has an outcome already is not run again. */
export async function runStep(incident: Incident, step: PlannedStep, isStopped: () => boolean): Promise<StepOutcome> {
  const outcome = incident.state.steps[step.id]?.outcome ?? (await attempt(incident, step, isStopped));
  return outcome.result === 'unknown' ? settleUnknown(incident, step, isStopped) : outcome;
}

async function attempt(incident: Incident, step: PlannedStep, isStopped: () => boolean): Promise<StepOutcome> {
  const reason = heldBack(step);
  if (reason) return finish(incident, step, reason);
  const permission = await permissionFor(incident, step, isStopped);
  if (!permission.granted) return finish(incident, step, permission.refusal);
  return act(incident, step, permission.approvalId);
}

async function act(incident: Incident, step: PlannedStep, approvalId: string | null): Promise<StepOutcome> {
  // Recording this puts the step on the undo list, before anything is applied.
  incident.record({ type: 'step_started', stepId: step.id, title: step.title, mode: step.mode });
  const input = applyInputOf(incident, step, approvalId);
  const outcome = await shownMeanwhile(incident, apply(step, input));
  const finished = finish(incident, step, stepOutcomeOf(outcome));
  if (finished.result === 'done') await holdFrom(incident, step, outcome, input.expiresAt);
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

type ApplyInput = ReturnType<typeof applyInputOf>;

/** An activity that failed for good tells nothing about the world: the outcome is unknown, never assumed. */
async function apply(step: PlannedStep, input: ApplyInput): Promise<ActionOutcome> {
  try {
    return await containment(step).applyAction(input);
  } catch (error) {
    const message =
      error instanceof Error ? (error.cause instanceof Error ? error.cause.message : error.message) : String(error);
    const detail = `Nobody knows whether it happened: ${message}`;
    return { state: 'unknown', detail, failure: { code: 'activity_failed', message } };
  }
}

function finish(incident: Incident, step: PlannedStep, outcome: StepOutcome): StepOutcome {
  incident.record({ type: 'step_finished', stepId: step.id, title: step.title, outcome });
  return outcome;
}

function isThrough(outcome: StepOutcome): boolean {
  return outcome.result === 'done' || outcome.result === 'skipped';
}
