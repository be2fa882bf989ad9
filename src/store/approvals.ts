// Approvals in SQL. Who may decide and how an approval stands is core's.

import type { ApprovalSubject } from '../contract/activities.ts';
import { beyond, type PageRequest, placeColumns, toPage } from './cursor.ts';
import type { Store, Trx } from './database.ts';
import type { ApprovalStatus } from './schema.ts';

export interface ApprovalFilter {
  /** Empty: all. */
  status: ApprovalStatus[];
  incidentId?: string | undefined;
}

export type ApprovalRow = NonNullable<Awaited<ReturnType<typeof readApproval>>>;

/** Newest first. */
export async function listApprovals(store: Store, filter: ApprovalFilter, page: PageRequest) {
  let query = approvals(store)
    .select(placeColumns<'approvals'>('approvals.requested_at', 'approvals.approval_id'))
    .where(beyond<'approvals'>('approvals.requested_at', 'approvals.approval_id', page, 'desc'));
  if (filter.status.length > 0) query = query.where('approvals.status', 'in', filter.status);
  if (filter.incidentId !== undefined) query = query.where('approvals.incident_id', '=', filter.incidentId);
  const rows = await query
    .orderBy('approvals.requested_at', 'desc')
    .orderBy('approvals.approval_id', 'desc')
    .limit(page.limit + 1)
    .execute();
  return toPage(rows, page.limit);
}

export async function readApproval(store: Store | Trx, approvalId: string) {
  return await approvals(store).where('approvals.approval_id', '=', approvalId).executeTakeFirst();
}

/** Keeps others from deciding on it, or ending it, until the transaction ends. */
export async function lockApproval(trx: Trx, approvalId: string) {
  return await approvals(trx).where('approvals.approval_id', '=', approvalId).forUpdate('approvals').executeTakeFirst();
}

export interface NewApproval {
  approvalId: string;
  digest: string;
  subject: ApprovalSubject;
  title: string;
  requestedBy: string;
  quorum: number;
  roles: string[];
  breakGlass?: boolean;
  at: string;
}

/** False when it is there already. */
export async function insertApproval(trx: Trx, approval: NewApproval): Promise<boolean> {
  const { approvalId, digest, subject, title, requestedBy, quorum, roles, breakGlass = false, at } = approval;
  const inserted = await trx
    .insertInto('approvals')
    .values({
      approval_id: approvalId,
      incident_id: subject.incidentId,
      step_id: subject.stepId,
      digest,
      subject: JSON.stringify({ ...subject, title }),
      requested_by: requestedBy,
      quorum,
      roles,
      break_glass: breakGlass,
      requested_at: at,
      expires_at: subject.expiresAt,
    })
    .onConflict((conflict) => conflict.column('approval_id').doNothing())
    .returning('approval_id')
    .executeTakeFirst();
  return inserted !== undefined;
}

export async function endApproval(
  trx: Trx,
  approvalId: string,
  status: Exclude<ApprovalStatus, 'pending'>,
  at: string,
): Promise<void> {
  await trx
    .updateTable('approvals')
    .set({ status, finished_at: at })
    .where('approval_id', '=', approvalId)
    .where('status', '=', 'pending')
    .execute();
}

function approvals(store: Store | Trx) {
  return store
    .selectFrom('approvals')
    .innerJoin('incidents', 'incidents.incident_id', 'approvals.incident_id')
    .selectAll('approvals')
    .select(['incidents.title as incident_title', 'incidents.severity as incident_severity']);
}
