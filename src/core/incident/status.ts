// The life of an incident after NIST SP 800-61: triage → containment → recovery → review → closed, with two other ends.

export const incidentStatuses = [
  'triage',
  'containment',
  'recovery',
  'review',
  'closed',
  'dismissed',
  'merged',
] as const;
export type IncidentStatus = (typeof incidentStatuses)[number];

export const dispositions = ['true_positive', 'benign', 'false_positive', 'duplicate'] as const;
export type Disposition = (typeof dispositions)[number];

/** Nothing happens in an incident that has ended, until someone reopens it. */
export function hasEnded(status: IncidentStatus): boolean {
  return status === 'closed' || status === 'dismissed' || status === 'merged';
}
