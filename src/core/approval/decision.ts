// One person's decision on an approval, and the text that its signature is over.

import { canonicalJson } from '../canonical.ts';

/** `break_glass` approves alone, whatever the quorum and whoever asked; only administrators, and only where that may be. */
export const decisionKinds = ['approve', 'reject', 'break_glass'] as const;
export type DecisionKind = (typeof decisionKinds)[number];

/** `decidedAt` is ISO-8601 in UTC with milliseconds. */
export interface Decision {
  approvalId: string;
  /** Of the subject as the person read it. */
  digest: string;
  decision: DecisionKind;
  actor: string;
  /** The actor's role at that time. */
  role: string;
  decidedAt: string;
  reason: string | null;
}

export interface SignedDecision extends Decision {
  /** Which key signed. */
  keyId: string;
  /** ed25519 over `decisionText`, base64. */
  signature: string;
}

/** The text that is signed: the canonical JSON (RFC 8785) of the decision without its signature. */
export function decisionText(given: Decision): string {
  const { approvalId, digest, decision, actor, role, decidedAt, reason } = given;
  return canonicalJson({ approvalId, digest, decision, actor, role, decidedAt, reason });
}
