// How steps and groups of steps end.

import type { ItemCounts, StepOutcome } from '../incident/events.ts';
import type { GroupNode } from '../incident/flow.ts';

/** Of a list of steps. `stopped`: not all of them began, because nothing more was wanted. */
export type ListResult = 'done' | 'failed' | 'stopped';

/** What was skipped stands in nobody's way. */
export const isThrough = ({ result }: StepOutcome): boolean => result === 'done' || result === 'skipped';

export const completed = (detail: string, items?: ItemCounts): StepOutcome => ({
  result: 'done',
  outcome: { state: 'completed', detail, ...(items && { items }) },
});

export const notThrough = (code: string, message: string, items?: ItemCounts): StepOutcome => ({
  result: 'failed',
  outcome: { state: 'stopped', detail: message, failure: { code, message }, ...(items && { items }) },
});

const unwanted = ['not_wanted', 'approval_cancelled'];

/** It was waited for and is not any more: no failure that anybody must see to. */
export function isUnwanted(outcome: StepOutcome): boolean {
  if (outcome.result === 'refused') return unwanted.includes(outcome.code);
  return outcome.result === 'failed' && 'failure' in outcome.outcome && unwanted.includes(outcome.outcome.failure.code);
}

/** @param results of its lists, all ended */
export function endOfGroup(node: GroupNode, results: readonly ListResult[], timedOut: boolean): StepOutcome {
  const done = results.filter((result) => result === 'done').length;
  const count = results.length;
  const items = node.type === 'for_each' ? { count, done, failed: count - done } : undefined;
  if (done === count) return completed(items ? `${count} of ${count} items` : 'All its steps went through', items);
  if (timedOut) return notThrough('timed_out', `It took longer than ${node.timeoutMs} ms`, items);
  if (items) return notThrough('items_failed', `${items.failed} of ${count} items did not go through`, items);
  return node.type === 'parallel'
    ? notThrough('branch_failed', `${count - done} of ${count} branches did not go through`)
    : notThrough('step_failed', 'One of its steps did not go through');
}
