// Ending an incident: only when the workflow has seen every alert that was accepted for it, so that an alert is either
// in this incident or opens the next generation.

import type { JournalInput } from '../contract/activities.ts';
import { hasEnded } from '../core/incident/status.ts';
import type { Store, Trx } from './database.ts';
import { writeEvents } from './journal.ts';

/** `write` does what else belongs into the same transaction, before the audit log is locked. */
export async function endIncident(
  store: Store,
  input: JournalInput,
  write: (trx: Trx) => Promise<void>,
): Promise<{ behind: boolean }> {
  return store.transaction().execute(async (trx) => {
    const { incidentId, seenThrough } = input.state;
    await lockGroups(trx, [incidentId]);
    const incident = await lockIncident(trx, incidentId);
    if (incident.last_position > seenThrough) return { behind: true };
    // By an attempt whose worker died before it was told. A reopening would have changed the status since.
    if (hasEnded(incident.status)) return { behind: false };
    await writeEvents(trx, input, () => write(trx));
    return { behind: false };
  });
}

/** The inbox locks the group before it reads its incident; whoever ends or moves an incident does the same first. */
export async function lockGroups(trx: Trx, incidentIds: readonly string[]): Promise<void> {
  await trx
    .selectFrom('incident_groups')
    .select('group_id')
    .where('incident_id', 'in', incidentIds)
    .orderBy('group_id')
    .forUpdate()
    .execute();
}

export async function lockIncident(trx: Trx, incidentId: string) {
  return trx
    .selectFrom('incidents')
    .select(['incident_id', 'status', 'last_position', 'alert_count', 'firing_count', 'merged_into'])
    .where('incident_id', '=', incidentId)
    .forUpdate()
    .executeTakeFirstOrThrow();
}
