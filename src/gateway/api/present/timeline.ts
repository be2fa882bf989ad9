// Entries of the audit log with their line for people.

import type { TimelineEntry } from '../../../contract/api/incidents.ts';
import { describeEntry } from '../../../core/report/describe-entry.ts';
import type { TimelineRow } from '../../../store/timeline.ts';

export function presentTimelineEntry({ seq, entry }: TimelineRow): TimelineEntry {
  const { at, actor, kind, data } = entry;
  return { seq, at, actor, kind, text: describeEntry(entry), data };
}
