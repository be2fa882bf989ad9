// What a test expects beside what was seen. Every difference names its place in the test, and the event of the timeline
// that it is about, where there is one.

import type { IncidentEvent, StepOutcome } from '../core/incident/events.ts';
import type { FlowNode } from '../core/incident/flow.ts';
import { allNodes, allSteps, type StepProgress } from '../core/incident/state.ts';
import type { ApprovalExpectation, PlanTest, StepExpectation } from '../core/plan/plan-test.ts';
import { compareContainments } from './compare-containments.ts';
import { compareFollowUps, compareNotices } from './compare-notices.ts';
import { type Difference, placed } from './difference.ts';
import type { Observed } from './observed.ts';
import { actorOf } from './people.ts';
import { instancesOf, isInstanceOf } from './steps.ts';
import { elapsedText, isAbout } from './time.ts';

export function differences(test: PlanTest, seen: Observed): Difference[] {
  return [
    ...seen.refused.map(({ index, reason }) => ({
      path: ['events', index],
      expected: `at ${test.events[index]?.at} it happens`,
      actual: reason,
    })),
    ...compareIncident(test, seen),
    ...compareSteps(test, seen),
    ...compareApprovals(test, seen),
    ...compareContainments(test, seen),
    ...compareNotices(test, seen),
    ...compareFollowUps(test, seen),
  ];
}

function compareIncident({ expect }: PlanTest, { state, events }: Observed): Difference[] {
  const { plan } = state ?? {};
  const triaged = events.findIndex(({ type }) => type === 'triaged');
  const ended = events.findLastIndex(({ type }) => type === 'status_changed' || type === 'ended');
  const fields: [keyof typeof expect, string | null | undefined, number][] = [
    ['verdict', plan?.verdict.kind, triaged],
    ['severity', plan?.severity, triaged],
    ['title', plan?.title, triaged],
    ['service', plan?.service, triaged],
    ['team', plan?.team, triaged],
    ['playbook', plan?.playbook, triaged],
    ['status', state?.status, ended],
    ['disposition', dispositionOf(events), ended],
  ];
  return fields.flatMap(([name, actual, event]) => {
    const expected = expect[name];
    if (expected === undefined || expected === actual) return [];
    return [{ path: ['expect', name], expected: String(expected), actual: actual ?? 'none', ...placed(event) }];
  });
}

function dispositionOf(events: readonly IncidentEvent[]): string | undefined {
  const ended = events.findLast((event) => event.type === 'ended');
  return ended?.type === 'ended' ? ended.disposition : undefined;
}

/** The parts of an expectation that is written as one word, as its parts, or as several. */
export function partsOf<Parts extends { target?: string | undefined }>(
  written: string | Parts | readonly Parts[],
  ofWord: (word: string) => Parts,
): { parts: Parts; path: PropertyKey[] }[] {
  if (typeof written === 'string') return [{ parts: ofWord(written), path: [] }];
  if (Array.isArray(written)) return written.map((parts: Parts, index) => ({ parts, path: [index] }));
  return [{ parts: written as Parts, path: [] }];
}

function compareSteps({ expect: { steps } }: PlanTest, seen: Observed): Difference[] {
  if (!steps) return [];
  const wanted = Object.entries(steps).flatMap(([id, written]) =>
    partsOf<StepExpectation>(written, (word) => ({ result: word as StepExpectation['result'] })).flatMap(
      ({ parts, path }) => compareStep(id, parts, seen, ['expect', 'steps', id, ...path]),
    ),
  );
  return [...wanted, ...unexpectedChanges(Object.keys(steps), seen)];
}

function compareStep(id: string, parts: StepExpectation, seen: Observed, path: PropertyKey[]): Difference[] {
  const instances = instancesOf(seen.state, id, parts.target);
  if (instances.length === 0) {
    if (parts.result === 'not_run') return [];
    const known = (seen.state ? allNodes(seen.state) : []).map(nodeText);
    return [
      { path, expected: parts.result ?? 'the step', actual: `no such step; there are ${known.join(', ') || 'none'}` },
    ];
  }
  const placeOfEnd = ({ id: stepId }: FlowNode): number =>
    seen.events.findLastIndex((one) => one.type === 'step_finished' && one.stepId === stepId);
  if (parts.count !== undefined) {
    const count = instances.filter((step) => isStepAs(parts, step, seen, placeOfEnd(step))).length;
    const expected = `${parts.count} × ${expectedStep(parts)}`;
    return count === parts.count ? [] : [{ path, expected, actual: `${count} of ${instances.length} are` }];
  }
  return instances.flatMap((step) => {
    const progress = seen.state?.steps[step.id];
    const event = placeOfEnd(step);
    const actual = stepText(progress, seen, event);
    return isStepAs(parts, step, seen, event)
      ? []
      : [{ path, expected: expectedStep(parts), actual, ...placed(event) }];
  });
}

const nodeText = (node: FlowNode): string => (node.type === 'action' ? `${node.id} (${node.target})` : node.id);

function isStepAs(parts: StepExpectation, step: FlowNode, seen: Observed, event: number): boolean {
  const { outcome, undone, answer } = seen.state?.steps[step.id] ?? {};
  const at = seen.events[event]?.at;
  return (
    (parts.result === undefined || parts.result === (outcome?.result ?? 'not_run')) &&
    (parts.code === undefined || (outcome !== undefined && 'code' in outcome && outcome.code === parts.code)) &&
    (parts.answer === undefined || parts.answer === answer) &&
    (parts.detail === undefined || detailOf(outcome).includes(parts.detail)) &&
    (parts.at === undefined || (at !== undefined && isAbout(seen, at, parts.at))) &&
    (parts.undone === undefined || parts.undone === isUndone(undone?.state))
  );
}

const isUndone = (state: string | undefined): boolean => state === 'undone' || state === 'simulated';

function detailOf(outcome: StepOutcome | undefined): string {
  if (!outcome) return '';
  return 'reason' in outcome ? outcome.reason : outcome.outcome.detail;
}

function stepText(progress: StepProgress | undefined, seen: Observed, event: number): string {
  const { outcome, undone, answer } = progress ?? {};
  if (!outcome) return 'not_run';
  const at = seen.events[event]?.at;
  const detail = detailOf(outcome);
  const parts = [
    outcome.result,
    'code' in outcome && `(${outcome.code})`,
    at && `at ${elapsedText(seen, at)}`,
    answer !== undefined && `answered ${answer}`,
    undone && `, then ${undone.state}`,
  ];
  return `${parts.filter(Boolean).join(' ').replace(' ,', ',')}${detail && `: ${detail}`}`;
}

function expectedStep({ result, code, detail, at, undone, target, answer }: StepExpectation): string {
  const words = [
    target && `on ${target}`,
    result,
    code && `(${code})`,
    at && `at ${at}`,
    undone === undefined ? undefined : undone ? 'undone' : 'not undone',
    answer === undefined ? undefined : `answered ${answer}`,
    detail && `saying "${detail}"`,
  ];
  return words.filter(Boolean).join(' ');
}

/** A test that lists steps lists all that touched the world: nothing is done behind its back. */
function unexpectedChanges(named: readonly string[], { state, events }: Observed): Difference[] {
  const touched = (state ? allSteps(state) : []).filter(
    ({ id, kind }) => kind !== 'check' && state?.steps[id]?.outcome?.result === 'done',
  );
  return touched
    .filter(({ id }) => !named.some((one) => isInstanceOf(id, one)))
    .map(({ id, title }) => {
      const event = events.findLastIndex((one) => one.type === 'step_finished' && one.stepId === id);
      return { path: ['expect', 'steps'], expected: `no step ${id}`, actual: `done: ${title}`, ...placed(event) };
    });
}

function compareApprovals({ expect: { approvals = {} } }: PlanTest, seen: Observed): Difference[] {
  return Object.entries(approvals).flatMap(([id, written]) =>
    partsOf<ApprovalExpectation>(written, (word) => ({ result: word as ApprovalExpectation['result'] })).flatMap(
      ({ parts, path }) => compareApproval(id, parts, seen, ['expect', 'approvals', id, ...path]),
    ),
  );
}

function compareApproval(id: string, parts: ApprovalExpectation, seen: Observed, path: PropertyKey[]): Difference[] {
  const stepIds = instancesOf(seen.state, id, parts.target).map((step) => step.id);
  const asked = seen.approvals.filter(({ subject }) => stepIds.includes(subject.stepId));
  if (asked.length === 0) {
    return parts.result === 'not_asked' ? [] : [{ path, expected: expectedApproval(parts), actual: 'not_asked' }];
  }
  return asked.flatMap(({ approvalId }) => {
    const event = seen.events.findLastIndex((one) => one.type === 'approval_ended' && one.approvalId === approvalId);
    const ended = seen.events[event];
    const end = ended?.type === 'approval_ended' ? ended : undefined;
    const isSame =
      (parts.result === undefined || parts.result === end?.result) &&
      (parts.by === undefined || sameNames(parts.by.map(actorOf), end?.by ?? [])) &&
      (parts.at === undefined || (end !== undefined && isAbout(seen, end.at, parts.at)));
    const by = end && end.by.length > 0 ? ` by ${end.by.join(', ').replaceAll('key:', '')}` : '';
    const actual = end ? `${end.result}${by} at ${elapsedText(seen, end.at)}` : 'still pending';
    return isSame ? [] : [{ path, expected: expectedApproval(parts), actual, ...placed(event) }];
  });
}

const sameNames = (a: readonly string[], b: readonly string[]): boolean =>
  [...a].sort().join('\n') === [...b].sort().join('\n');

function expectedApproval({ result, by, at, target }: ApprovalExpectation): string {
  return [target && `on ${target}`, result, by && `by ${by.join(', ')}`, at && `at ${at}`].filter(Boolean).join(' ');
}
