// An approval with its decisions, and whether the one who asks may decide on it.

import type { Approval, Decision } from '../../../contract/api/approvals.ts';
import { incidentUrl } from '../../../contract/api/links.ts';
import { type ApprovalTerms, refusalOfDecider, refusalOfTime } from '../../../core/approval/policy.ts';
import { isRole } from '../../../core/roles.ts';
import type { ApprovalRow } from '../../../store/approvals.ts';
import type { Store } from '../../../store/database.ts';
import { decisionsOf, type StoredDecision } from '../../../store/decisions.ts';
import type { Principal } from '../../auth/principal.ts';

export interface Reader {
  principal: Principal;
  now: Date;
  publicUrl: string;
}

export async function presentApprovals(
  store: Store,
  rows: readonly ApprovalRow[],
  reader: Reader,
): Promise<Approval[]> {
  const decisions = await decisionsOf(
    store,
    rows.map((row) => row.approval_id),
  );
  return rows.map((row) =>
    presentApproval(
      row,
      decisions.filter((decision) => decision.approvalId === row.approval_id),
      reader,
    ),
  );
}

function presentApproval(row: ApprovalRow, decisions: StoredDecision[], reader: Reader): Approval {
  const { title, ...subject } = row.subject;
  return {
    id: row.approval_id,
    incidentId: row.incident_id,
    incidentUrl: incidentUrl(reader.publicUrl, row.incident_id),
    incidentTitle: row.incident_title,
    severity: row.incident_severity,
    stepId: row.step_id,
    title,
    status: row.status,
    digest: row.digest,
    subject,
    requestedBy: row.requested_by,
    requestedAt: row.requested_at.toISOString(),
    expiresAt: row.expires_at.toISOString(),
    finishedAt: row.finished_at?.toISOString() ?? null,
    quorum: row.quorum,
    approvedBy: decisions.filter((made) => made.decision !== 'reject').map((made) => made.actor),
    roles: row.roles,
    breakGlass: row.break_glass,
    decisions: decisions.map(presentDecision),
    you: presentYou(row, decisions, reader),
  };
}

export function presentDecision(made: StoredDecision): Decision {
  return {
    id: made.decisionId,
    actor: made.actor,
    role: isRole(made.role) ? made.role : 'viewer',
    decision: made.decision,
    reason: made.reason,
    decidedAt: made.decidedAt,
  };
}

function presentYou(row: ApprovalRow, decisions: StoredDecision[], { principal, now }: Reader): Approval['you'] {
  const terms: ApprovalTerms = {
    digest: row.digest,
    requestedBy: row.requested_by,
    quorum: row.quorum,
    roles: row.roles,
    expiresAt: row.expires_at.toISOString(),
    breakGlass: row.break_glass,
  };
  const own = decisions.filter((made) => made.actor === principal.actor);
  const earlier = own.at(0);
  const tooLate = refusalOfTime({ status: row.status, expiresAt: terms.expiresAt }, now.toISOString());
  const refusal = earlier
    ? { code: 'already_decided', reason: `You decided ${earlier.decision} at ${earlier.decidedAt}` }
    : (tooLate ?? refusalOfDecider(terms, { ...principal, decision: 'approve' }));
  const isRefusedAlone = tooLate ?? refusalOfDecider(terms, { ...principal, decision: 'break_glass' });
  const mayActAlone = !isRefusedAlone && own.every((made) => made.decision === 'approve');
  return refusal ? { mayDecide: false, mayActAlone, ...refusal } : { mayDecide: true, mayActAlone };
}
