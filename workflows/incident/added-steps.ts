// Steps that people add by command run beside the phases, each for itself, so that none waits for another's approval.

import { condition } from '@temporalio/workflow';
import type { PlannedStep } from '../../src/core/incident/plan.ts';
import { noteFailure } from './failures.ts';
import { type Incident, untilBoundary } from './incident.ts';
import { runStep } from './steps.ts';

/** Companion: starts added steps as they come until the incident is over, and waits for those it started. */
export async function runAddedSteps(incident: Incident): Promise<void> {
  const begun = new Set<string>();
  const running: Promise<void>[] = [];
  const next = () => incident.state.added.find((step) => isUnfinished(incident, step) && !begun.has(step.id));
  while (!incident.over) {
    await condition(() => next() !== undefined || incident.over);
    const step = next();
    if (!step || incident.over) break;
    begun.add(step.id);
    running.push(untilBoundary(() => runAdded(incident, step)));
  }
  await Promise.all(running);
}

async function runAdded(incident: Incident, step: PlannedStep): Promise<void> {
  // An incident that recovered may still be acted on; one that is dismissed or merged may not.
  const outcome = await runStep(incident, step, () => incident.isEnding);
  if (outcome.result !== 'done') noteFailure(incident, step);
  await incident.flush();
}

/** True while an added step has no outcome: the incident does not end before it. */
export function hasUnfinishedSteps(incident: Incident): boolean {
  return incident.state.added.some((step) => isUnfinished(incident, step));
}

function isUnfinished(incident: Incident, step: PlannedStep): boolean {
  const outcome = incident.state.steps[step.id]?.outcome;
  return outcome === undefined || (outcome.result === 'unknown' && !incident.isEnding);
}
