// Reads what explains an alert or an incident.

import { sql } from 'kysely';
import type { AuditEntry } from '../core/audit/entry.ts';
import type { AlertToExplain } from '../core/explain/explain-alert.ts';
import { explainingKinds, type IncidentToExplain } from '../core/explain/explain-incident.ts';
import { anySource } from '../core/suppression/grouping.ts';
import type { Store } from './database.ts';
import { readSimilar } from './similar.ts';

/** Episodes of the same finding within a day up to this one. */
const began = sql<number>`(select count(*)::int from alerts r where r.source = a.source and r.fingerprint = a.fingerprint
  and r.starts_at <= a.starts_at and r.starts_at > a.starts_at - interval '1 day')`;

/** Of a long life the newest are told. */
const mostEntries = 100;
const mostGroups = 50;

export async function readAlertToExplain(store: Store, alertId: string): Promise<AlertToExplain | undefined> {
  const row = await store
    .selectFrom('alerts as a')
    .leftJoin('incidents as i', 'i.incident_id', 'a.incident_id')
    .leftJoin('incident_groups as g', 'g.group_id', 'i.group_id')
    .select(['a.alert_id', 'a.source', 'a.fingerprint', 'a.title', 'a.status', 'a.starts_at', 'a.ends_at'])
    .select(['a.received_at', 'a.repeat_count', 'a.suppressed', 'a.suppressed_by'])
    .select(sql<string>`a.normalised ->> 'groupKey'`.as('alert_group'))
    .select(sql<string | null>`a.normalised -> 'groupedBy' ->> 'rule'`.as('group_rule'))
    .select(began.as('began'))
    .select(['i.incident_id', 'i.title as incident_title', 'i.status as incident_status'])
    .select(['g.source as group_source', 'g.group_key'])
    .where('a.alert_id', '=', alertId)
    .executeTakeFirst();
  if (!row) return undefined;
  const isOfOtherGroup =
    row.group_key !== row.alert_group || (row.group_source !== row.source && row.group_source !== anySource);
  return {
    ...{ alertId, source: row.source, fingerprint: row.fingerprint, title: row.title, status: row.status },
    startsAt: row.starts_at.toISOString(),
    endsAt: row.ends_at?.toISOString() ?? null,
    receivedAt: row.received_at.toISOString(),
    repeatCount: row.repeat_count,
    suppressed: row.suppressed,
    withheld: row.suppressed_by,
    ...{ groupKey: row.alert_group, groupRule: row.group_rule, beganWithinDay: row.began },
    incident:
      row.incident_id === null
        ? null
        : {
            id: row.incident_id,
            title: row.incident_title ?? '',
            status: row.incident_status ?? '',
            isOfOtherGroup,
          },
  };
}

export async function readIncidentToExplain(store: Store, incidentId: string): Promise<IncidentToExplain | undefined> {
  const [incident, groups, firstAlert, entries, similar] = await Promise.all([
    store
      .selectFrom('incidents as i')
      .innerJoin('incident_groups as g', 'g.group_id', 'i.group_id')
      .select(['i.title', 'i.status', 'i.severity', 'i.opened_at', 'i.merged_into', 'i.generation', 'i.state'])
      .select(['g.source', 'g.group_key'])
      .where('i.incident_id', '=', incidentId)
      .executeTakeFirst(),
    store
      .selectFrom('alerts')
      .select(['source', sql<string>`normalised ->> 'groupKey'`.as('groupKey')])
      .select([sql<number>`count(*)::int`.as('alerts')])
      .select([sql<number>`count(*) filter (where status = 'firing')::int`.as('firing')])
      .where('incident_id', '=', incidentId)
      .groupBy(['source', 'groupKey'])
      .orderBy('alerts', 'desc')
      .orderBy('groupKey')
      .limit(mostGroups)
      .execute(),
    store
      .selectFrom('alerts')
      .select(['alert_id', 'title', 'suppressed_by'])
      .where('incident_id', '=', incidentId)
      .orderBy('received_at')
      .orderBy('alert_id')
      .limit(1)
      .executeTakeFirst(),
    store
      .selectFrom('audit_entries')
      .select('body')
      .where('incident_id', '=', incidentId)
      .where('kind', 'in', [...explainingKinds])
      .orderBy('seq', 'desc')
      .limit(mostEntries)
      .execute(),
    readSimilar(store, incidentId),
  ]);
  if (!incident) return undefined;
  return {
    ...{ incidentId, title: incident.title, status: incident.status, severity: incident.severity },
    openedAt: incident.opened_at.toISOString(),
    mergedInto: incident.merged_into,
    ...{ source: incident.source, groupKey: incident.group_key, generation: incident.generation },
    firstAlert: firstAlert
      ? { alertId: firstAlert.alert_id, title: firstAlert.title, withheld: firstAlert.suppressed_by }
      : null,
    groups,
    plan: incident.state?.plan ?? null,
    similar,
    entries: entries.reverse().map(({ body }) => JSON.parse(body) as AuditEntry),
  };
}
