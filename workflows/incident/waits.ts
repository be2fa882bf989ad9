// Waiting within a playbook: for a time, until no alert fires, or until a condition on the alerts holds.

import type { StepOutcome } from '../../src/core/incident/events.ts';
import type { WaitNode } from '../../src/core/incident/flow.ts';
import { completed, notThrough } from '../../src/core/playbook/outcomes.ts';
import type { Incident } from './incident.ts';
import { valuesAt } from './reached.ts';

export async function runWait(incident: Incident, node: WaitNode, isStopped: () => boolean): Promise<StepOutcome> {
  const { id: stepId, title, until, atMostMs } = node;
  if (!incident.state.steps[stepId]?.startedAt) {
    incident.record({ type: 'step_entered', stepId, title });
    await incident.flush();
  }
  const untilMs = Date.parse(incident.state.steps[stepId]?.startedAt ?? '') + atMostMs;
  const summary = title.slice(0, 180);
  const notWanted = () => notThrough('not_wanted', 'The wait was not needed any more');
  if (until.kind === 'time') {
    return (await incident.waitUntil(isStopped, untilMs, summary)) ? notWanted() : completed('The time has passed');
  }
  const isMet =
    until.kind === 'resolved'
      ? await incident.waitUntil(() => incident.state.firing === 0 || isStopped(), untilMs, summary)
      : await untilTrue(incident, node, untilMs, isStopped);
  if (isStopped()) return notWanted();
  return isMet ? completed('It is the case') : notThrough('timed_out', `Not the case within ${atMostMs} ms`);
}

/** Evaluations that follow each other at once; later ones are spread over the time of the wait. */
const quickEvaluations = 20;
const quickGapMs = 1_000;
const mostEvaluations = 100;

/** Computed again when alerts arrived, so often at most. */
async function untilTrue(
  incident: Incident,
  node: WaitNode,
  untilMs: number,
  isStopped: () => boolean,
): Promise<boolean> {
  if (node.until.kind !== 'condition') return false;
  const { expression, place } = node.until;
  const summary = node.title.slice(0, 180);
  for (let evaluations = 1; evaluations <= mostEvaluations && !isStopped(); evaluations += 1) {
    const seenThrough = incident.state.seenThrough;
    const computed = await valuesAt(incident, place, { holds: expression }, 'Wait: is it the case?');
    // What the alerts do not say yet is not the case yet.
    if (computed.ok && computed.values.holds === true) return true;
    const hasNews = () => incident.state.seenThrough > seenThrough || isStopped();
    if (!(await incident.waitUntil(hasNews, untilMs, summary))) return false;
    const slowGapMs = node.atMostMs / (mostEvaluations - quickEvaluations);
    const gapMs = evaluations <= quickEvaluations ? quickGapMs : Math.max(quickGapMs, slowGapMs);
    await incident.waitUntil(isStopped, Math.min(untilMs, Date.now() + gapMs), 'Wait: let alerts gather');
  }
  await incident.waitUntil(isStopped, untilMs, summary);
  return false;
}
