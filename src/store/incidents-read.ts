// Reads incidents and their alerts for the API. Knows nothing of what a reader may see.

import { type Expression, type ExpressionBuilder, type SqlBool, sql } from 'kysely';
import { hasEnded, type IncidentStatus, incidentStatuses } from '../core/incident/status.ts';
import type { StuckProblem } from '../core/incident/stuck.ts';
import type { Severity } from '../core/severity.ts';
import { beyond, beyondRank, containing, type PageRequest, placeColumns, toPage } from './cursor.ts';
import type { Store } from './database.ts';
import type { Database } from './schema.ts';

export interface IncidentFilter {
  status?: IncidentStatus[] | undefined;
  severity?: Severity[] | undefined;
  service?: string | undefined;
  open?: boolean | undefined;
  /** Words of the title or service, a part of one, or an id. Any text is fine. */
  q?: string | undefined;
}

export type IncidentOrder = 'newest' | 'priority' | 'likely_real';

const ended = incidentStatuses.filter(hasEnded);
const going = incidentStatuses.filter((status) => !hasEnded(status));

/** What comes first has the lowest. */
const ranks = {
  /** What is not triaged yet comes last. */
  priority: sql<number>`coalesce(priority, 6)`,
  /** Of a false alarm; what nothing is known of comes first. */
  likely_real: sql<number>`coalesce(learning_cases.chance, 0)`,
};

const summaryColumns = [
  'incidents.incident_id',
  'status',
  'severity',
  'title',
  'service',
  'playbook',
  'assignee',
  'disposition',
  'drill',
  'alert_count',
  'firing_count',
  'incidents.opened_at',
  'updated_at',
  'priority',
  'acknowledge_by',
  'recover_by',
  'acknowledged_at',
  'resolved_at',
  'closed_at',
  'learning_cases.chance as false_alarm_chance',
] as const;

/** Of its own workflow or of one of its containments', the one that stands still the longest. */
const stuck = sql<{ since: string; problem: StuckProblem; cause: string } | null>`(
  select json_build_object('since', s.since, 'problem', s.problem, 'cause', s.cause) from stuck_workflows s
  where s.incident_id = incidents.incident_id order by s.since limit 1)`.as('stuck');

export type IncidentRow = Awaited<ReturnType<typeof listIncidents>>['items'][number];
export type IncidentFullRow = NonNullable<Awaited<ReturnType<typeof readIncident>>>;
export type AlertRow = Awaited<ReturnType<typeof listAlerts>>['items'][number];

/** Newest first, or by rank and of equals the newest. */
export async function listIncidents(
  store: Store,
  filter: IncidentFilter,
  page: PageRequest,
  order: IncidentOrder = 'newest',
) {
  const [time, id] = ['incidents.opened_at', 'incidents.incident_id'] as const;
  const rank = order === 'newest' ? undefined : ranks[order];
  const rows = await store
    .selectFrom('incidents')
    .leftJoin('learning_cases', 'learning_cases.incident_id', 'incidents.incident_id')
    .select(summaryColumns)
    .select(stuck)
    .select(placeColumns<'incidents'>(time, id))
    .$if(rank !== undefined, (query) => (rank ? query.select(rank.as('place_rank')).orderBy(rank) : query))
    .where((eb) => eb.and(conditions(eb, filter)))
    .where(rank ? beyondRank<'incidents'>(rank, time, id, page) : beyond<'incidents'>(time, id, page, 'desc'))
    .orderBy(time, 'desc')
    .orderBy(id, 'desc')
    .limit(page.limit + 1)
    .execute();
  return toPage(rows, page.limit);
}

function conditions(eb: ExpressionBuilder<Database, 'incidents'>, filter: IncidentFilter): Expression<SqlBool>[] {
  const { status, severity, service, open, q } = filter;
  const all: Expression<SqlBool>[] = [];
  if (status) all.push(eb('status', 'in', status));
  if (severity) all.push(eb('severity', 'in', severity));
  if (service !== undefined) all.push(eb('service', '=', service));
  if (open !== undefined) all.push(eb('status', 'in', open ? going : ended));
  if (q !== undefined && q.trim() !== '') all.push(matches(q.trim()));
  return all;
}

/** By words with Postgres' full text, by any part as people type it, and by id. */
function matches(q: string): Expression<SqlBool> {
  const part = containing(q);
  return sql<SqlBool>`(search @@ websearch_to_tsquery('simple', ${q})
    or title ilike ${part} or service ilike ${part} or incidents.incident_id = ${q})`;
}

export async function readIncident(store: Store, incidentId: string) {
  return await store
    .selectFrom('incidents')
    .leftJoin('reports', 'reports.incident_id', 'incidents.incident_id')
    .leftJoin('learning_cases', 'learning_cases.incident_id', 'incidents.incident_id')
    .selectAll('incidents')
    .select(['reports.written_at as report_written_at', 'learning_cases.chance as false_alarm_chance'])
    .select(stuck)
    .where('incidents.incident_id', '=', incidentId)
    .executeTakeFirst();
}

/** Enough to know whether it is there and can take a command. */
export async function readIncidentStatus(store: Store, incidentId: string) {
  return await store
    .selectFrom('incidents')
    .select(['incident_id', 'status', 'merged_into'])
    .where('incident_id', '=', incidentId)
    .executeTakeFirst();
}

/** More questions than that nobody answers one by one. */
const mostAsking = 200;

/** Open incidents whose playbook has asked something, newest first. */
export async function listAsking(store: Store) {
  return await store
    .selectFrom('incidents')
    .select(['incident_id', 'title', 'severity', 'state'])
    .where('closed_at', 'is', null)
    .where(sql<boolean>`state @? '$.steps.*.question'`)
    .orderBy('opened_at', 'desc')
    .limit(mostAsking)
    .execute();
}

/** Null until its workflow has written it. */
export async function readIncidentState(store: Store, incidentId: string) {
  const row = await store
    .selectFrom('incidents')
    .select('state')
    .where('incident_id', '=', incidentId)
    .executeTakeFirst();
  return row?.state ?? null;
}

export async function readReport(store: Store, incidentId: string) {
  return await store.selectFrom('reports').selectAll().where('incident_id', '=', incidentId).executeTakeFirst();
}

/** Oldest first. */
export async function listAlerts(
  store: Store,
  incidentId: string,
  filter: { status?: 'firing' | 'resolved' | undefined },
  page: PageRequest,
) {
  let query = store
    .selectFrom('alerts')
    .select(['alert_id', 'source', 'fingerprint', 'status', 'title', 'severity_hint', 'normalised'])
    .select(['starts_at', 'ends_at', 'received_at', 'updated_at', 'repeat_count'])
    .select(placeColumns<'alerts'>('received_at', 'alert_id'))
    .where('incident_id', '=', incidentId)
    .where(beyond<'alerts'>('received_at', 'alert_id', page, 'asc'));
  if (filter.status) query = query.where('status', '=', filter.status);
  const rows = await query
    .orderBy('received_at')
    .orderBy('alert_id')
    .limit(page.limit + 1)
    .execute();
  return toPage(rows, page.limit);
}
