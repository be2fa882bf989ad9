// An approval from its request to its end, each change in one transaction with its audit entry.

import type { ApprovalRequest, ApprovalStanding } from '../contract/activities.ts';
import { standingOf } from '../core/approval/standing.ts';
import { subjectDigest } from '../core/approval/subject.ts';
import { type Actor, firebreak } from '../core/incident/events.ts';
import { endApproval, insertApproval, lockApproval } from '../store/approvals.ts';
import { appendAudit } from '../store/audit.ts';
import type { Store } from '../store/database.ts';
import { decisionsOf } from '../store/decisions.ts';

/**
 * Stores a pending approval bound to the digest of its subject. Asking again, as a workflow does whose worker died, gives
 * what was asked first: people may have decided on that.
 */
export async function requestApproval(
  store: Store,
  request: ApprovalRequest,
): Promise<{ approvalId: string; digest: string; expiresAt: string }> {
  const { approvalId, subject, title, requestedBy, quorum, roles, breakGlass = false, at } = request;
  const digest = subjectDigest(subject);
  return await store.transaction().execute(async (trx) => {
    if (!(await insertApproval(trx, { ...request, digest }))) {
      const first = await lockApproval(trx, approvalId);
      if (!first) throw new Error(`Approval ${approvalId} is neither there nor new`);
      return { approvalId, digest: first.digest, expiresAt: first.expires_at.toISOString() };
    }
    const data = { approvalId, digest, title, requestedBy, quorum, roles, breakGlass, subject: { ...subject } };
    await appendAudit(trx, [
      {
        at,
        actor: firebreak,
        kind: 'approval_requested',
        incidentId: subject.incidentId,
        key: `approval/${approvalId}`,
        data,
      },
    ]);
    return { approvalId, digest, expiresAt: subject.expiresAt };
  });
}

/**
 * How an approval stands by the decisions in the store; ends it when it can be ended. The first end stands.
 * @throws when there is no such approval
 */
export async function settleApproval(
  store: Store,
  { approvalId, at, cancel = false }: { approvalId: string; at: string; cancel?: boolean },
): Promise<ApprovalStanding> {
  return await store.transaction().execute(async (trx) => {
    const row = await lockApproval(trx, approvalId);
    if (!row) throw new Error(`There is no approval ${approvalId}`);
    const terms = {
      approvalId,
      digest: row.digest,
      requestedBy: row.requested_by,
      quorum: row.quorum,
      roles: row.roles,
      expiresAt: row.expires_at.toISOString(),
      breakGlass: row.break_glass,
    };
    const standing = standingOf(terms, await decisionsOf(trx, [approvalId]), at);
    if (row.status !== 'pending') return { ...standing, status: row.status };
    // A decision that came before the incident lost interest still counts.
    const status = standing.status === 'pending' && cancel ? 'cancelled' : standing.status;
    if (status === 'pending') return standing;
    await endApproval(trx, approvalId, status, at);
    const { by, reason, brokeGlass } = standing;
    const data = { approvalId, digest: row.digest, by, reason, ...(brokeGlass && { brokeGlass }) };
    const key = `approval/${approvalId}/ended`;
    await appendAudit(trx, [
      { at, actor: endedBy(status, standing.by), kind: `approval_${status}`, incidentId: row.incident_id, key, data },
    ]);
    return { ...standing, status };
  });
}

const endedBy = (status: string, by: string[]): Actor => (status === 'rejected' && by[0]) || firebreak;
