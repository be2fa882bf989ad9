// Containments in the read model: their row is there before anything is applied, so that the sweeper finds what is
// applied and held by nobody.

import { createHash } from 'node:crypto';
import type { ApplyInput, ContainmentRecord, ContainmentStatus } from '../contract/activities.ts';
import type { ActionOutcome } from '../core/action-outcome.ts';
import { assertNever } from '../core/assert-never.ts';
import { canonicalJson, type Json } from '../core/canonical.ts';
import { attemptId, stepKey } from '../core/ids.ts';
import { appendAudit } from './audit.ts';
import type { Store, Trx } from './database.ts';
import type { Send } from './pipelined.ts';

/** Row of a containment that is about to be applied; there already when an earlier attempt got this far. */
export function beginContainment(send: Send, input: ApplyInput, at: string): void {
  const { step, containmentId, expiresAt, incidentId } = input;
  if (containmentId === null || expiresAt === null) return;
  const row = (store: Store) =>
    store
      .insertInto('containments')
      .values({
        containment_id: containmentId,
        incident_id: incidentId,
        step_id: step.id,
        key: stepKey(incidentId, attemptId(step.id, input.attempt)),
        action: step.action,
        title: step.title,
        target: step.target,
        params: JSON.stringify(step.params),
        mode: step.mode,
        status: 'applying',
        expires_at: expiresAt,
        updated_at: at,
      })
      .onConflict((conflict) => conflict.column('containment_id').doNothing());
  void send(row);
}

/** For whoever sends it, or executes it. */
export const containmentApplied = (store: Store, containmentId: string, outcome: ActionOutcome, at: string) =>
  store
    .updateTable('containments')
    .set({
      status: statusAfterApply(outcome),
      evidence: 'evidence' in outcome ? JSON.stringify(outcome.evidence ?? null) : null,
      applied_at: outcome.state === 'applied' || outcome.state === 'simulated' ? at : null,
      updated_at: at,
    })
    .where('containment_id', '=', containmentId)
    .where('status', 'in', ['applying', 'unknown']);

function statusAfterApply(outcome: ActionOutcome): ContainmentStatus {
  switch (outcome.state) {
    case 'applied':
    case 'simulated':
      return 'held';
    case 'unknown':
      return 'unknown';
    case 'refused':
    case 'failed':
    case 'undone':
    case 'check_passed':
    case 'check_failed':
      return 'not_applied';
    default:
      return assertNever(outcome);
  }
}

const ended: readonly ContainmentStatus[] = ['lifted', 'expired', 'not_applied'];

/**
 * A change of a containment that its workflow reports. Safe to repeat: the entry has a key, of the change and what it
 * says, so that a repeat that comes late changes nothing either.
 */
export async function recordContainment(store: Store, record: ContainmentRecord): Promise<void> {
  const { containmentId, number, incidentId, status, actor, at, expiresAt, reason, outcome } = record;
  const data = { containmentId, status, expiresAt, reason, ...(outcome && { outcome: outcome as unknown as Json }) };
  const key = `${containmentId}/${number}/${digestOf({ actor, data })}`;
  await store.transaction().execute(async (trx) => {
    await trx
      .selectFrom('containments')
      .select('containment_id')
      .where('containment_id', '=', containmentId)
      .forUpdate()
      .execute();
    if (await isOnLog(trx, key)) return;
    await trx
      .updateTable('containments')
      .set({
        status,
        expires_at: expiresAt,
        updated_at: at,
        ...(ended.includes(status) && { ended_at: at, ended_by: actor }),
      })
      .where('containment_id', '=', containmentId)
      .execute();
    await appendAudit(trx, [{ at, actor, kind: 'containment_changed', incidentId, key, data }]);
  });
}

async function isOnLog(trx: Trx, key: string): Promise<boolean> {
  return (await trx.selectFrom('audit_entries').select('seq').where('key', '=', key).execute()).length > 0;
}

const digestOf = (content: Json): string =>
  createHash('sha256').update(canonicalJson(content)).digest('base64url').slice(0, 22);

/** Containments whose workflow should exist and that have not changed since `before`: for the sweeper. */
export async function containmentsToHold(store: Store, before: Date) {
  return store
    .selectFrom('containments')
    .select(['containment_id', 'incident_id', 'status'])
    .where('status', 'in', ['applying', 'held', 'undoing', 'undo_failed'])
    .where('updated_at', '<', before)
    .orderBy('updated_at')
    .execute();
}

/** The outcome of undoing it; null while it is not over. */
export async function readUndone(store: Store, containmentId: string): Promise<ActionOutcome | null> {
  const row = await store
    .selectFrom('containments')
    .leftJoin('effects', (join) =>
      join.onRef('effects.origin', '=', 'containments.key').on('effects.role', '=', 'undo'),
    )
    .select(['containments.status', 'effects.outcome'])
    .where('containments.containment_id', '=', containmentId)
    .executeTakeFirst();
  if (!row) return { state: 'undone', detail: 'It was never applied' };
  if (!ended.includes(row.status)) return null;
  return row.outcome ?? { state: 'undone', detail: `It is ${row.status}` };
}
