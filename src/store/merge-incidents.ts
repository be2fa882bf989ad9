// Merging: all alerts of one incident move to another, which is told of each; the first one ends as merged.

import { sql } from 'kysely';
import type { JournalInput, MergeResult } from '../contract/activities.ts';
import { hasEnded } from '../core/incident/status.ts';
import { appendAudit } from './audit.ts';
import type { Store, Trx } from './database.ts';
import { lockGroups, lockIncident } from './end-incident.ts';
import { writeEvents } from './journal.ts';

export async function mergeIncidents(store: Store, input: JournalInput & { into: string }): Promise<MergeResult> {
  const { state, into } = input;
  return store.transaction().execute(async (trx): Promise<MergeResult> => {
    await lockGroups(trx, [state.incidentId, into]);
    // In the order of ids, so that two merges at once do not wait for each other.
    for (const id of [state.incidentId, into].sort()) await lockIncidentIfThere(trx, id);
    const from = await lockIncident(trx, state.incidentId);
    if (from.status === 'merged') return { merged: true };
    if (from.last_position > state.seenThrough) return { merged: false, behind: true };
    const target = await lockIncidentIfThere(trx, into);
    if (!target) return { merged: false, reason: `There is no incident ${into}` };
    if (hasEnded(target.status)) return { merged: false, reason: `Incident ${into} is ${target.status}` };
    await moveAlerts(trx, state.incidentId, into, target);
    const at = input.events.at(-1)?.at ?? new Date().toISOString();
    const received = {
      at,
      actor: 'firebreak',
      kind: 'incident_merged_in',
      incidentId: into,
      key: `${into}/merged/${state.incidentId}`,
      data: { from: state.incidentId, alerts: from.alert_count },
    };
    await writeEvents(trx, input);
    await appendAudit(trx, [received]);
    return { merged: true };
  });
}

async function lockIncidentIfThere(trx: Trx, incidentId: string) {
  const found = await trx.selectFrom('incidents').select('incident_id').where('incident_id', '=', incidentId).execute();
  return found.length > 0 ? lockIncident(trx, incidentId) : undefined;
}

async function moveAlerts(
  trx: Trx,
  from: string,
  into: string,
  target: { last_position: number; firing_count: number },
): Promise<void> {
  await sql`
    with moved as (
      select alert_id, status, left(title, 200) as title, severity_hint,
             row_number() over (order by received_at, alert_id) as n,
             count(*) filter (where status = 'firing') over (order by received_at, alert_id) as fired
      from alerts where incident_id = ${from}
    )
    insert into alert_events (incident_id, position, alert_id, change, firing_after, note, at)
    select ${into}, ${target.last_position}::bigint + n, alert_id, 'moved', ${target.firing_count}::int + fired,
           jsonb_build_object('position', ${target.last_position}::bigint + n, 'alertId', alert_id, 'change', 'moved',
             'firingAfter', ${target.firing_count}::int + fired, 'severityHint', severity_hint, 'title', title),
           now()
    from moved`.execute(trx);
  await sql`
    update incidents set
      last_position = last_position + moved.alerts,
      alert_count = alert_count + moved.alerts,
      firing_count = firing_count + moved.firing,
      updated_at = now()
    from (select count(*)::int as alerts, (count(*) filter (where status = 'firing'))::int as firing
          from alerts where incident_id = ${from}) as moved
    where incident_id = ${into}`.execute(trx);
  await trx.updateTable('alerts').set({ incident_id: into }).where('incident_id', '=', from).execute();
  await trx.updateTable('incident_groups').set({ incident_id: into }).where('incident_id', '=', from).execute();
}
