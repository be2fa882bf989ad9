// The journal of an incident: its events on the audit log and the read model after them, in one transaction.

import { sql } from 'kysely';
import type { JournalInput } from '../contract/activities.ts';
import type { Json } from '../core/canonical.ts';
import type { IncidentState } from '../core/incident/state.ts';
import { appendAudit, type NewAuditEntry } from './audit.ts';
import type { Store, Trx } from './database.ts';

/** Safe to repeat: entries have keys, and an older state never overwrites a newer one. */
export async function writeJournal(store: Store, input: JournalInput): Promise<void> {
  await store.transaction().execute(async (trx) => {
    await updateReadModel(trx, input.state);
    await appendAudit(trx, entriesOf(input));
  });
}

export function entriesOf({ state, events, firstEvent }: JournalInput): NewAuditEntry[] {
  return events.map(({ at, actor, type, ...data }, index) => ({
    at,
    actor,
    kind: type,
    incidentId: state.incidentId,
    key: `${state.incidentId}/${firstEvent + index}`,
    data: data as unknown as Json,
  }));
}

/** Counts of alerts are not here: the inbox keeps them, in the transaction that accepts the alerts. */
export async function updateReadModel(trx: Trx, state: IncidentState): Promise<void> {
  const { times, plan } = state;
  await trx
    .updateTable('incidents')
    .set({
      status: state.status,
      severity: state.severity,
      title: state.title,
      ...(plan && { service: plan.service, playbook: plan.playbook, plan_digest: plan.planDigest }),
      assignee: state.assignee,
      disposition: state.disposition,
      merged_into: state.status === 'merged' ? state.mergeInto : null,
      acknowledged_at: times.acknowledgedAt ?? null,
      contained_at: times.containedAt ?? null,
      resolved_at: times.resolvedAt ?? null,
      closed_at: times.closedAt ?? null,
      updated_at: sql<Date>`now()`,
      state: JSON.stringify(state),
    })
    .where('incident_id', '=', state.incidentId)
    .where((eb) => eb.or([eb('state', 'is', null), eb(sql<number>`(state->>'nextEvent')::int`, '<=', state.nextEvent)]))
    .execute();
}
