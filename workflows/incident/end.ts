// How an incident ends: closed, dismissed or merged, decided by one transaction that no alert can slip past.

import type { IncidentFact } from '../../src/core/incident/events.ts';
import { hasEnded } from '../../src/core/incident/status.ts';
import { hasUnfinishedSteps } from './added-steps.ts';
import { undoSteps } from './containments.ts';
import type { Incident } from './incident.ts';
import { recordSearchAttributes, setStatus } from './status.ts';

/** True when the incident has ended; false when there is more to do first. */
export async function end(incident: Incident): Promise<boolean> {
  // Started again although it had ended, and nothing reopened it.
  if (hasEnded(incident.state.status)) return true;
  await untilStepsFinish(incident);
  const { mergeInto, disposition, status } = incident.state;
  if (mergeInto) return merge(incident, mergeInto);
  if (disposition) return dismiss(incident, disposition);
  return status === 'review' ? close(incident) : false;
}

/** Bounded by their approvals and timeouts. What the flow left running has seen that it is not wanted any more. */
async function untilStepsFinish(incident: Incident): Promise<void> {
  const isIdle = () => !hasUnfinishedSteps(incident) && incident.running.size === 0;
  if (isIdle()) return;
  await incident.waitUntil(isIdle, Date.now() + addedStepsWithinMs, 'Steps are still running');
}

async function close(incident: Incident): Promise<boolean> {
  return finish(incident, [
    { type: 'reported' },
    { type: 'status_changed', status: 'closed', reason: 'review is over' },
  ]);
}

async function dismiss(incident: Incident, disposition: string): Promise<boolean> {
  await undoSteps(incident, incident.state.undos, `the incident is ${disposition.replaceAll('_', ' ')}`);
  return finish(incident, [{ type: 'reported' }, { type: 'status_changed', status: 'dismissed', reason: disposition }]);
}

async function finish(incident: Incident, facts: IncidentFact[]): Promise<boolean> {
  const summary = 'End: report and close';
  const { behind } = await incident.commit(
    summary,
    facts,
    (store, input) => store.endIncident(input),
    (result) => !result.behind,
  );
  if (behind) return untilCaughtUp(incident);
  recordSearchAttributes(incident);
  return true;
}

async function merge(incident: Incident, into: string): Promise<boolean> {
  const facts: IncidentFact[] = [{ type: 'status_changed', status: 'merged', reason: `merged into ${into}` }];
  const result = await incident.commit(
    'Merge into the older incident',
    facts,
    (store, input) => store.mergeIncident({ ...input, into }),
    ({ merged }) => merged,
  );
  if (result.merged) {
    recordSearchAttributes(incident);
    return true;
  }
  if ('behind' in result) return untilCaughtUp(incident);
  incident.record({ type: 'merge_refused', into, reason: result.reason });
  if (incident.state.status === 'triage') setStatus(incident, 'containment', 'not merged');
  return false;
}

const addedStepsWithinMs = 7 * 24 * 3_600_000;
const alertsOnTheirWayMs = 60_000;

/** Alerts were accepted for this incident that have not arrived here yet; they are on their way. */
async function untilCaughtUp(incident: Incident): Promise<false> {
  const before = incident.state.seenThrough;
  const hasArrived = () => incident.state.seenThrough > before;
  await incident.waitUntil(hasArrived, Date.now() + alertsOnTheirWayMs, 'Alerts are on their way here');
  return false;
}
