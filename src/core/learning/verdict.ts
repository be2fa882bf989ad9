// What people said about an incident by what they did. Only people teach: what Firebreak decided by itself, by a rule or
// because alerts resolved, says nothing about whether it was right.

import { type Actor, firebreak } from '../incident/events.ts';
import type { Disposition, IncidentStatus } from '../incident/status.ts';
import type { Severity } from '../severity.ts';

/** false_alarm: nobody was needed. */
export const verdicts = ['false_alarm', 'real'] as const;
export type Verdict = (typeof verdicts)[number];

/** How an incident ended. Of each kind of entry the last one counts. */
export interface Ended {
  status: IncidentStatus;
  disposition: Disposition | null;
  /** Who gave the disposition. */
  dismissedBy: Actor | null;
  /** Someone acknowledged it, or it was assigned to someone. */
  isAcknowledged: boolean;
  /** A person said that it is over. */
  isResolvedByPerson: boolean;
  /** What a person last set; null when nobody changed it. */
  severityByPerson: Severity | null;
}

/** Null when nobody said anything, or only that it belongs to another incident. */
export function verdictOf({
  status,
  disposition,
  dismissedBy,
  isAcknowledged,
  isResolvedByPerson,
}: Ended): Verdict | null {
  if (status === 'dismissed')
    return dismissedBy === null || dismissedBy === firebreak ? null : byDisposition(disposition);
  return status === 'closed' && (isAcknowledged || isResolvedByPerson) ? 'real' : null;
}

function byDisposition(disposition: Disposition | null): Verdict | null {
  if (disposition === 'true_positive') return 'real';
  return disposition === 'false_positive' || disposition === 'benign' ? 'false_alarm' : null;
}
