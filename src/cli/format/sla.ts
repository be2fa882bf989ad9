// The clocks of the SLA for people.

import type { IncidentSummary } from '../../contract/api/index.ts';
import { nextClock } from '../../core/incident/sla.ts';
import { relative } from './time.ts';

const shortWord = { acknowledge: 'ack', recover: 'recover' } as const;

/** For a column: `ack 4m`, `recover late`; `-` when no clock runs. */
export function shortDue(sla: IncidentSummary['sla'], now: Date): string {
  const next = sla && nextClock(sla);
  if (!next) return '-';
  const isLate = Date.parse(next.by) <= now.getTime();
  return `${shortWord[next.what]} ${isLate ? 'late' : relative(next.by, now).replace('in ', '')}`;
}

/** `acknowledge in 4m`, `recover: late, was due 12m ago`; null when no clock runs. */
export function dueText(sla: IncidentSummary['sla'], now: Date): string | null {
  const next = sla && nextClock(sla);
  if (!next) return null;
  const isLate = Date.parse(next.by) <= now.getTime();
  return isLate ? `${next.what}: late, was due ${relative(next.by, now)}` : `${next.what} ${relative(next.by, now)}`;
}
