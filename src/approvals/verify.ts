// Whether an approval allows exactly what is about to be done. The privileged worker asks this right before it acts and
// believes nothing that the store says about the outcome: it counts the signed decisions again.

import { decisionText, type SignedDecision } from '../core/approval/decision.ts';
import type { ApprovalStatus, ApprovalTerms } from '../core/approval/policy.ts';
import { refusalOfDecider } from '../core/approval/policy.ts';
import { standingOf } from '../core/approval/standing.ts';
import { type ApprovalSubject, subjectDigest } from '../core/approval/subject.ts';
import type { Verify } from '../core/audit/checkpoint.ts';

export interface VerifyApprovalInput {
  /**
   * The approval as stored, except its policy: `quorum`, `roles` and `requestedBy` should come from the planned step in
   * the workflow's history, which nobody can change by writing to the database.
   */
  approval: ApprovalTerms & { approvalId: string; status: ApprovalStatus };
  decisions: readonly SignedDecision[];
  /** Made from what is about to be done, never read from the store. */
  subject: ApprovalSubject;
  publicKey: Verify;
  /** ISO-8601. */
  now: string;
}

export type ApprovalVerdict = { ok: true; by: string[] } | { ok: false; code: string; reason: string };

export function verifyApproval(input: VerifyApprovalInput): ApprovalVerdict {
  const { approval, subject, now } = input;
  const digest = subjectDigest(subject);
  if (digest !== approval.digest) {
    return refuse('digest_mismatch', `What is about to be done has digest ${digest}; approved was ${approval.digest}`);
  }
  // The subject's expiry is in the digest; the column beside it is not.
  if (Date.parse(now) >= Date.parse(subject.expiresAt)) {
    return refuse('approval_expired', `The approval was good until ${subject.expiresAt}; it is ${now}`);
  }
  if (approval.status !== 'approved' && approval.status !== 'pending') {
    return refuse(`approval_${approval.status}`, `Approval ${approval.approvalId} is ${approval.status}`);
  }
  return firstBadDecision(input) ?? verdictOfStanding(input);
}

function firstBadDecision({ approval, decisions, publicKey }: VerifyApprovalInput): ApprovalVerdict | undefined {
  for (const decision of decisions) {
    const { actor } = decision;
    if (decision.keyId !== publicKey.keyId || !publicKey.verify(decisionText(decision), decision.signature)) {
      return refuse('bad_signature', `The decision of ${actor} does not carry a signature by key ${publicKey.keyId}`);
    }
    if (decision.approvalId !== approval.approvalId || decision.digest !== approval.digest) {
      return refuse('decision_for_something_else', `The decision of ${actor} is on approval ${decision.approvalId}`);
    }
    const refusal = refusalOfDecider(approval, decision);
    if (refusal) return refuse(refusal.code, refusal.reason);
  }
  return undefined;
}

function verdictOfStanding({ approval, decisions, subject, now }: VerifyApprovalInput): ApprovalVerdict {
  const standing = standingOf({ ...approval, expiresAt: subject.expiresAt }, decisions, now);
  switch (standing.status) {
    case 'approved':
      return { ok: true, by: standing.by };
    case 'rejected':
      return refuse('approval_rejected', `Rejected by ${standing.by.join(', ')}`);
    default:
      return refuse('quorum_not_reached', standing.reason);
  }
}

const refuse = (code: string, reason: string): ApprovalVerdict => ({ ok: false, code, reason });
