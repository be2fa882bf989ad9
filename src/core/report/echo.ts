// Some facts are on the log twice: by the worker that did something, and by its incident when it heard of that. The log
// keeps both, as each belongs to a transaction of its own; people read the first.

import type { TimelineEntry } from './describe-entry.ts';
import { textIn } from './entry-data.ts';

const echoes = new Set(['step_waiting', 'approval_ended', 'step_undone']);

/** True for an incident's entry that says what a worker's entry before it says. */
export function isEcho({ kind, data }: Pick<TimelineEntry, 'kind' | 'data'>): boolean {
  if (echoes.has(kind)) return true;
  if (kind !== 'step_finished') return false;
  const outcome = typeof data === 'object' && data !== null && 'outcome' in data ? (data.outcome ?? null) : null;
  // Skipped, refused or unknown may be the incident's own finding, which no worker has written.
  return ['done', 'failed'].includes(textIn(outcome, 'result'));
}
