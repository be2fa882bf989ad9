// Who decided what: approvals and everything else that people did, from the audit log.

import { describeEntry, type TimelineEntry } from './describe-entry.ts';
import { textIn } from './entry-data.ts';

const mostDecisions = 200;

/** Recorded as an event by the incident when it was applied; the request itself would say it twice. */
const requests = new Set(['command_requested', 'decision_recorded']);

export function decisionsMade(entries: readonly TimelineEntry[]): string[] {
  const titles = approvalTitles(entries);
  const decisions = entries.filter(isDecision);
  const lines = decisions.slice(0, mostDecisions).map((entry) => {
    const title = titles.get(textIn(entry.data, 'approvalId'));
    return `${entry.at} ${entry.actor}: ${describeEntry(entry)}${title ? ` (${title})` : ''}`;
  });
  const left = decisions.length - lines.length;
  return left > 0 ? [...lines, `${left} more are on the audit log.`] : lines;
}

function isDecision({ kind, actor }: TimelineEntry): boolean {
  if (kind === 'decision_recorded' || kind === 'decision_refused' || kind === 'approval_ended') return true;
  const isByPerson = actor.startsWith('key:');
  return isByPerson && !requests.has(kind) && !kind.startsWith('action_') && kind !== 'containment_changed';
}

function approvalTitles(entries: readonly TimelineEntry[]): Map<string, string> {
  const asked = entries.filter((entry) => entry.kind === 'approval_requested');
  return new Map(asked.map(({ data }) => [textIn(data, 'approvalId'), textIn(data, 'title')]));
}
