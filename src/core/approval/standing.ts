// How an approval stands by its decisions: the quorum, and what ends it.

import type { Decision } from './decision.ts';
import { type ApprovalStatus, type ApprovalTerms, refusalOfDecider } from './policy.ts';

export interface Standing {
  status: Exclude<ApprovalStatus, 'cancelled'>;
  /** Those who approved, or who rejected when it is rejected; each once, in the order of their decisions. */
  by: string[];
  reason: string;
  /** Approved by one administrator alone. */
  brokeGlass?: true;
}

/**
 * One rejection rejects, and one who breaks the glass approves, whichever is first; a quorum of different people approves; otherwise it is pending until it expires.
 * Decisions that do not count are passed over: another digest, another approval's, after the expiry, by the requester
 * or by a role that may not decide. `at` is ISO-8601.
 */
export function standingOf(
  terms: ApprovalTerms & { approvalId: string },
  decisions: readonly Decision[],
  at: string,
): Standing {
  const counted = decisions.filter((decision) => counts(terms, decision)).sort(byTime);
  const alone = counted.find(({ decision }) => decision !== 'approve');
  if (alone?.decision === 'reject') return { status: 'rejected', by: [alone.actor], reason: alone.reason ?? '' };
  if (alone) return { status: 'approved', by: [alone.actor], reason: alone.reason ?? '', brokeGlass: true };
  const by = [...new Set(counted.map((decision) => decision.actor))];
  // A quorum below one would approve what nobody read.
  if (by.length >= Math.max(1, terms.quorum)) {
    return { status: 'approved', by, reason: counted.flatMap((decision) => decision.reason || []).join('; ') };
  }
  const missing = `${by.length} of ${terms.quorum} approvals`;
  return Date.parse(at) >= Date.parse(terms.expiresAt)
    ? { status: 'expired', by, reason: `${missing} at ${terms.expiresAt}` }
    : { status: 'pending', by, reason: missing };
}

function counts(terms: ApprovalTerms & { approvalId: string }, decision: Decision): boolean {
  return (
    decision.approvalId === terms.approvalId &&
    decision.digest === terms.digest &&
    Date.parse(decision.decidedAt) < Date.parse(terms.expiresAt) &&
    refusalOfDecider(terms, decision) === undefined
  );
}

const byTime = (a: Decision, b: Decision): number => Date.parse(a.decidedAt) - Date.parse(b.decidedAt);
