// Signed decisions, as they were made. Written once, never changed.

import type { SignedDecision } from '../core/approval/decision.ts';
import type { Store, Trx } from './database.ts';

export interface StoredDecision extends SignedDecision {
  decisionId: string;
}

export async function insertDecision(trx: Trx, decision: StoredDecision): Promise<void> {
  await trx
    .insertInto('decisions')
    .values({
      decision_id: decision.decisionId,
      approval_id: decision.approvalId,
      actor: decision.actor,
      actor_role: decision.role,
      decision: decision.decision,
      digest: decision.digest,
      reason: decision.reason,
      decided_at: decision.decidedAt,
      key_id: decision.keyId,
      signature: decision.signature,
    })
    .execute();
}

/** Of all these approvals, in the order in which they were made. */
export async function decisionsOf(store: Store | Trx, approvalIds: readonly string[]): Promise<StoredDecision[]> {
  if (approvalIds.length === 0) return [];
  const rows = await store
    .selectFrom('decisions')
    .selectAll()
    .where('approval_id', 'in', approvalIds)
    .orderBy('decided_at')
    .orderBy('decision_id')
    .execute();
  return rows.map((row) => ({
    decisionId: row.decision_id,
    approvalId: row.approval_id,
    actor: row.actor,
    role: row.actor_role,
    decision: row.decision,
    digest: row.digest,
    reason: row.reason,
    decidedAt: row.decided_at.toISOString(),
    keyId: row.key_id,
    signature: row.signature,
  }));
}
