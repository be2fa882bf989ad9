// A step whose outcome nobody can tell is put to a person: it is neither repeated nor taken as done.

import type { StepOutcome } from '../../src/core/incident/events.ts';
import type { PlannedStep } from '../../src/core/incident/plan.ts';
import { applyInputOf, holdFrom } from './hold.ts';
import type { Incident } from './incident.ts';
import { tell } from './page.ts';

const answerWithinMs = 24 * 3_600_000;

export async function settleUnknown(
  incident: Incident,
  step: PlannedStep,
  isStopped: () => boolean,
): Promise<StepOutcome> {
  const outcome = () => incident.state.steps[step.id]?.outcome;
  await tell(incident, { kind: 'question', text: `Did this happen? ${step.title}`, key: `unknown/${step.id}` });
  const startedAtMs = Date.parse(incident.state.steps[step.id]?.startedAt ?? incident.state.times.detectedAt);
  const isSettled = () => outcome()?.result !== 'unknown' || isStopped();
  await incident.waitUntil(isSettled, startedAtMs + answerWithinMs, `Did this happen? ${step.title}`.slice(0, 180));
  const settled = outcome();
  if (settled?.result === 'done' && settled.outcome.state !== 'completed') {
    await holdFrom(incident, step, settled.outcome, applyInputOf(incident, step, null).expiresAt);
  }
  return settled ?? { result: 'skipped', code: 'not_run', reason: 'The step was not run' };
}
