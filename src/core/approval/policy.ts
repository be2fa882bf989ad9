// Who may decide on an approval, and whether a decision counts. The gateway asks before it stores a decision; the
// privileged worker asks the same again before it acts.

import { atLeast, isRole } from '../roles.ts';
import type { DecisionKind } from './decision.ts';

export type ApprovalStatus = 'pending' | 'approved' | 'rejected' | 'expired' | 'cancelled';

/** The terms of one approval: what must hold for each decision on it. */
export interface ApprovalTerms {
  digest: string;
  requestedBy: string;
  /** How many different people must approve. */
  quorum: number;
  roles: readonly string[];
  /** ISO-8601. */
  expiresAt: string;
  /** One administrator may act alone. Absent means no. */
  breakGlass?: boolean;
}

export interface Refusal {
  /** Stable, snake_case. */
  code: string;
  reason: string;
}

export interface Decider {
  actor: string;
  role: string;
  decision: DecisionKind;
}

/** True when the role is one of those that may decide, or stands above one of them. */
export function mayDecideAs(role: string, roles: readonly string[]): boolean {
  return roles.some((allowed) => role === allowed || (isRole(role) && isRole(allowed) && atLeast(role, allowed)));
}

/** Why this person may not decide on it, whenever and whatever; undefined when the person may. */
export function refusalOfDecider(terms: ApprovalTerms, { actor, role, decision }: Decider): Refusal | undefined {
  if (decision === 'break_glass') return refusalOfBreakGlass(terms, role);
  if (actor === terms.requestedBy) {
    return { code: 'approver_is_requester', reason: `${actor} asked for it; someone else must decide` };
  }
  if (!mayDecideAs(role, terms.roles)) {
    return { code: 'role_not_allowed', reason: `The role ${role} may not decide; needed: ${terms.roles.join(' or ')}` };
  }
  return undefined;
}

function refusalOfBreakGlass({ breakGlass }: ApprovalTerms, role: string): Refusal | undefined {
  if (!breakGlass) {
    return { code: 'break_glass_not_allowed', reason: 'approvals.yaml lets nobody act alone here (break_glass)' };
  }
  if (role === 'admin') return undefined;
  return { code: 'role_not_allowed', reason: `The role ${role} may not act alone; needed: admin` };
}

/** Why nobody may decide on it now; undefined while it is open. `at` is ISO-8601. */
export function refusalOfTime(
  approval: { status: ApprovalStatus; expiresAt: string },
  at: string,
): Refusal | undefined {
  if (approval.status !== 'pending') {
    return { code: 'approval_not_pending', reason: `The approval is ${approval.status}; nothing is left to decide` };
  }
  if (Date.parse(at) >= Date.parse(approval.expiresAt)) {
    return { code: 'approval_expired', reason: `The approval expired at ${approval.expiresAt}` };
  }
  return undefined;
}

/** Why the decision would not be taken; undefined when it is. */
export function refusalOfDecision(
  approval: ApprovalTerms & { status: ApprovalStatus },
  decision: Decider & { digest: string; at: string; reason: string | null },
): Refusal | undefined {
  const refusal = refusalOfDecider(approval, decision) ?? refusalOfTime(approval, decision.at);
  if (refusal) return refusal;
  if (decision.decision === 'break_glass' && !decision.reason?.trim()) {
    return { code: 'reason_missing', reason: 'Whoever acts alone says why: it is reviewed afterwards' };
  }
  if (decision.digest !== approval.digest) {
    return {
      code: 'digest_mismatch',
      reason: 'The digest is not that of this approval: read the approval again and decide on what it says now',
    };
  }
  return undefined;
}
