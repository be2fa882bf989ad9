// Containments of a test: how each ended, when and by whom.

import type { ContainmentRecord } from '../contract/activities.ts';
import { attemptId, containmentIdOf } from '../core/ids.ts';
import type { ContainmentExpectation, PlanTest } from '../core/plan/plan-test.ts';
import { type Difference, placed } from './difference.ts';
import type { Observed } from './observed.ts';
import { actorOf } from './people.ts';
import { instancesOf } from './steps.ts';
import { elapsedText, isAbout } from './time.ts';

export function compareContainments({ expect: { containments = {} } }: PlanTest, seen: Observed): Difference[] {
  return Object.entries(containments).flatMap(([id, written]) => {
    const all = typeof written === 'string' ? [{ ended: written }] : [written].flat();
    return all.flatMap((parts, index) =>
      compareOne(id, parts, seen, ['expect', 'containments', id, ...(Array.isArray(written) ? [index] : [])]),
    );
  });
}

function compareOne(id: string, parts: ContainmentExpectation, seen: Observed, path: PropertyKey[]): Difference[] {
  const expected = expectedText(parts);
  const steps = instancesOf(seen.state, id, parts.target);
  const ends = steps.flatMap((step) => {
    const records = recordsOf(seen, step.id);
    return records.length > 0 ? [{ end: records.at(-1), stepId: step.id }] : [];
  });
  if (ends.length === 0) return parts.ended === 'not_held' ? [] : [{ path, expected, actual: 'not_held' }];
  return ends.flatMap(({ end, stepId }) => {
    if (end && isAs(parts, end, seen)) return [];
    const event = seen.events.findLastIndex((one) => one.type === 'step_undone' && one.stepId === stepId);
    const by = end ? ` by ${end.actor.replace('key:', '')}` : '';
    const actual = end ? `${end.status} at ${elapsedText(seen, end.at)}${by}: ${end.reason}` : 'not_held';
    return [{ path, expected, actual, ...placed(event) }];
  });
}

function recordsOf({ containments, state }: Observed, stepId: string): ContainmentRecord[] {
  const attempt = attemptId(stepId, state?.steps[stepId]?.attempt);
  const containmentId = containmentIdOf(state?.incidentId ?? '', attempt);
  return containments.filter((record) => record.containmentId === containmentId);
}

function isAs({ ended, at, by }: ContainmentExpectation, end: ContainmentRecord, seen: Observed): boolean {
  return (
    (ended === undefined || end.status === ended) &&
    (at === undefined || isAbout(seen, end.at, at)) &&
    (by === undefined || end.actor === actorOf(by))
  );
}

function expectedText({ ended, at, by, target }: ContainmentExpectation): string {
  return [target && `on ${target}`, ended, at && `at ${at}`, by && `by ${by}`].filter(Boolean).join(' ');
}
