// The timeline in groups that people can read: by day, then by minute; and what each entry is about.

import type { TimelineEntry } from '../../contract/api/index.ts';
import { clockText, dayText } from '../ui/time-text.ts';

export const timelineFilters = [
  { value: 'all', label: 'All' },
  { value: 'people', label: 'People' },
  { value: 'actions', label: 'Actions' },
  { value: 'alerts', label: 'Alerts' },
] as const;
export type TimelineFilter = (typeof timelineFilters)[number]['value'];

const actionKinds = /^(step|action|containment|approval|decision)_|^contained$/;
const alertKinds = /^(alert|alerts|incident_merged)_/;

export function matches({ actor, kind }: Pick<TimelineEntry, 'actor' | 'kind'>, filter: TimelineFilter): boolean {
  switch (filter) {
    case 'all':
      return true;
    case 'people':
      return actor.startsWith('key:');
    case 'actions':
      return actionKinds.test(kind);
    case 'alerts':
      return alertKinds.test(kind);
  }
}

export interface Minute {
  key: string;
  at: string;
  clock: string;
  entries: TimelineEntry[];
}

export interface Day {
  day: string;
  minutes: Minute[];
}

/** `entries` oldest first, and so are the groups. */
export function groupByTime(entries: readonly TimelineEntry[]): Day[] {
  const days: Day[] = [];
  for (const entry of entries) {
    const day = dayText(entry.at);
    const clock = clockText(entry.at);
    const lastDay = days.at(-1);
    if (lastDay?.day !== day) {
      days.push({ day, minutes: [{ key: `${entry.seq}`, at: entry.at, clock, entries: [entry] }] });
      continue;
    }
    const lastMinute = lastDay.minutes.at(-1);
    if (lastMinute?.clock === clock) lastMinute.entries.push(entry);
    else lastDay.minutes.push({ key: `${entry.seq}`, at: entry.at, clock, entries: [entry] });
  }
  return days;
}
