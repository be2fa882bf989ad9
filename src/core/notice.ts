// What people are told about an incident; the same for every channel.

import type { Severity } from './severity.ts';

/** Times are ISO-8601. */
export interface Notice {
  /** Idempotency key: a retry of the same notice has the same key, and channels that can, pass it on. */
  key: string;
  kind: 'page' | 'approval_requested' | 'question' | 'update' | 'closed';
  incidentId: string;
  severity: Severity;
  title: string;
  text: string;
  to: string;
  at: string;
}
