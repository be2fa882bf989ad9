// The backlog: incidents with alert events that their workflow has not been told. One number an incident says how far
// it was told; a lease keeps two dispatchers from doing the same work, and a lost one only costs the lease. Commits here
// do not wait for the disk: workflows bear to be told again, and whoever has something new of an incident would wait too.

import { sql } from 'kysely';
import type { AlertNote } from '../core/incident/notes.ts';
import type { IncidentState, OpenedIncident } from '../core/incident/state.ts';
import type { IncidentStatus } from '../core/incident/status.ts';
import type { Severity } from '../core/severity.ts';
import type { Store } from './database.ts';
import { unsynced } from './unsynced.ts';

export interface Backlog {
  source: string;
  /** When the oldest of the notes came; null when there are none. */
  oldestAt: Date | null;
  opened: OpenedIncident;
  service: string | null;
  /** 0 when the workflow was never started. */
  deliveredThrough: number;
  notes: AlertNote[];
  /** True when there are more than fit into one message. */
  hasMore: boolean;
}

/** Longer than Temporal may take to answer, so that what is under way is not done again. */
const leaseMs = 8_000;

/** Takes those of the given incidents that have a backlog and are not being dispatched by someone else. */
export async function claimBacklog(store: Store, incidentIds: readonly string[], maxNotes: number): Promise<Backlog[]> {
  return claim(store, maxNotes, sql`incident_id = any(${incidentIds}::text[])`, incidentIds.length);
}

/**
 * Takes what is due, worst severity first; among equals sources take turns, each with its oldest. But not of those whose
 * next signal is still to gather.
 */
export async function claimDueBacklog(
  store: Store,
  gathering: readonly string[],
  limit: number,
  maxNotes: number,
): Promise<Backlog[]> {
  return claim(store, maxNotes, sql`incident_id in (${dueInTurns(gathering, limit)})`, limit);
}

const worstFirst = sql`array_position(array['critical','high','medium','low','info'], severity)`;

const dueInTurns = (gathering: readonly string[], limit: number) => sql`
  select incident_id from (
    select i.incident_id, i.severity, i.opened_at,
           row_number() over (partition by i.severity, g.source order by i.opened_at) as turn
    from incidents i join incident_groups g using (group_id)
    where i.is_waiting and i.dispatch_after <= now()
      and i.incident_id <> all(${gathering}::text[])
  ) waiting
  order by ${worstFirst}, turn, opened_at limit ${limit}`;

async function claim(store: Store, maxNotes: number, which: ReturnType<typeof sql>, limit: number): Promise<Backlog[]> {
  const result = await sql<BacklogRow>`
    with ${unsynced}, due as (
      select incident_id from incidents, unsynced
      where is_waiting and dispatch_after <= now() and ${which}
      order by ${worstFirst}, opened_at
      limit ${limit} for no key update of incidents skip locked
    ), claimed as (
      update incidents i set dispatch_after = now() + ${leaseMs} * interval '1 millisecond',
                             dispatch_attempts = dispatch_attempts + 1
      from due where i.incident_id = due.incident_id
      returning (select g.source from incident_groups g where g.group_id = i.group_id) as source, i.incident_id, i.severity, i.title, i.service, i.impact_started_at, i.opened_at,
                i.delivered_through, i.last_position
    )
    select c.*, n.notes, n.oldest_at from claimed c cross join lateral (
      select coalesce(jsonb_agg(e.note order by e.position), '[]') as notes, min(e.at) as oldest_at from (
        select note, position, at from alert_events
        where incident_id = c.incident_id and position > c.delivered_through
        order by position limit ${maxNotes}
      ) e
    ) n`.execute(store);
  return result.rows.map(toBacklog);
}

interface BacklogRow {
  source: string;
  oldest_at: Date | null;
  incident_id: string;
  severity: Severity;
  title: string;
  service: string | null;
  impact_started_at: Date;
  opened_at: Date;
  delivered_through: number;
  last_position: number;
  notes: AlertNote[];
}

function toBacklog(row: BacklogRow): Backlog {
  const last = row.notes.at(-1)?.position ?? row.delivered_through;
  return {
    source: row.source,
    oldestAt: row.oldest_at,
    opened: openedOf(row),
    service: row.service,
    deliveredThrough: row.delivered_through,
    notes: row.notes,
    hasMore: last < row.last_position,
  };
}

function openedOf(
  row: Pick<BacklogRow, 'incident_id' | 'severity' | 'title' | 'impact_started_at' | 'opened_at'>,
): OpenedIncident {
  return {
    incidentId: row.incident_id,
    severity: row.severity,
    title: row.title,
    impactStartedAt: row.impact_started_at.toISOString(),
    detectedAt: row.opened_at.toISOString(),
  };
}

export interface Told {
  incidentId: string;
  /** Position of the last alert event that its workflow has. */
  through: number;
  /** Where the backlog began. */
  from: number;
}

/** Ends the lease. What was told counts only where it follows: a workflow that was lost meanwhile is told anew. */
export async function markDelivered(store: Store, told: readonly Told[]): Promise<void> {
  if (told.length === 0) return;
  const ids = told.map(({ incidentId }) => incidentId);
  await sql`
    with ${lockedInOrder(ids)}
    update incidents i set delivered_through = case when t.first <= i.delivered_through
                             then greatest(i.delivered_through, t.through) else i.delivered_through end,
                           dispatch_after = '-infinity', dispatch_attempts = 0
    from unnest(${ids}::text[], ${told.map(({ from }) => from)}::bigint[], ${told.map(({ through }) => through)}::bigint[])
      as t(incident_id, first, through)
    where i.incident_id = t.incident_id and i.incident_id in (select incident_id from locked)`.execute(store);
}

/** As everyone locks several incidents: two that take them in another order wait for each other. */
const lockedInOrder = (incidentIds: readonly string[]) => sql`${unsynced}, locked as materialized (
  select incident_id from incidents, unsynced where incident_id = any(${incidentIds}::text[])
  order by incident_id for no key update of incidents
)`;

/** Makes all that is leased or postponed due at once: what an earlier life of this process had under way is nobody's. */
export async function releaseBacklog(store: Store): Promise<void> {
  await sql`
    update incidents set dispatch_after = '-infinity'
    where is_waiting and dispatch_after > now()`.execute(store);
}

/** Comes again later, each time twice as late. */
export async function postpone(store: Store, incidentIds: readonly string[]): Promise<void> {
  if (incidentIds.length === 0) return;
  await sql`
    with ${lockedInOrder(incidentIds)}
    update incidents set dispatch_after = now() + least(500 * power(2, least(dispatch_attempts, 10)), 30000) * interval '1 millisecond'
    where incident_id in (select incident_id from locked)`.execute(store);
}

/** How many incidents wait for their workflow to be told, and since when the oldest does. */
export async function backlogSize(store: Store): Promise<{ incidents: number; oldestMs: number }> {
  const result = await sql<{ incidents: number; oldest_ms: number | null }>`
    select count(*)::int as incidents,
           (extract(epoch from now() - min(e.at)) * 1000)::float8 as oldest_ms
    from incidents i join lateral (
      select at from alert_events e where e.incident_id = i.incident_id and e.position > i.delivered_through
      order by e.position limit 1
    ) e on true
    where i.is_waiting`.execute(store);
  const row = result.rows[0];
  return { incidents: row?.incidents ?? 0, oldestMs: row?.oldest_ms ?? 0 };
}

/** Open incidents that were told of all their alerts, and whose last change is older than `before`. Ids. */
export async function incidentsToRun(store: Store, before: Date): Promise<string[]> {
  const rows = await store
    .selectFrom('incidents')
    .select('incident_id')
    .where('closed_at', 'is', null)
    .whereRef('delivered_through', '>=', 'last_position')
    .where('updated_at', '<', before)
    .orderBy('opened_at')
    .execute();
  return rows.map((row) => row.incident_id);
}

/** The same by source and severity of the incident. */
export async function backlogBySource(store: Store) {
  const result = await sql<{ source: string; severity: Severity; incidents: number; oldest_ms: number }>`
    select g.source, i.severity, count(*)::int as incidents,
           (extract(epoch from now() - min(e.at)) * 1000)::float8 as oldest_ms
    from incidents i join incident_groups g using (group_id)
    join lateral (
      select at from alert_events e where e.incident_id = i.incident_id and e.position > i.delivered_through
      order by e.position limit 1
    ) e on true
    where i.is_waiting
    group by g.source, i.severity
    order by oldest_ms desc`.execute(store);
  return result.rows.map(({ oldest_ms, ...row }) => ({ ...row, oldestMs: Math.max(0, Math.round(oldest_ms)) }));
}

export interface Unfinished {
  status: IncidentStatus;
  opened: OpenedIncident;
  service: string | null;
  /** As journaled last; null when nothing was. */
  state: IncidentState | null;
  firingCount: number;
  lastPosition: number;
  deliveredThrough: number;
  /** Alert events after the last that `state` has seen. */
  notes: AlertNote[];
}

/** What a lost or reopened workflow goes on from. */
export async function readUnfinished(
  store: Store,
  incidentId: string,
  maxNotes: number,
): Promise<Unfinished | undefined> {
  const row = await store.selectFrom('incidents').selectAll().where('incident_id', '=', incidentId).executeTakeFirst();
  if (!row) return undefined;
  const events = await store
    .selectFrom('alert_events')
    .select('note')
    .where('incident_id', '=', incidentId)
    .where('position', '>', row.state?.seenThrough ?? 0)
    .orderBy('position')
    .limit(maxNotes)
    .execute();
  return {
    status: row.status,
    opened: openedOf(row),
    service: row.service,
    state: row.state,
    firingCount: row.firing_count,
    lastPosition: row.last_position,
    deliveredThrough: row.delivered_through,
    notes: events.map(({ note }) => note),
  };
}

/** The workflow starts anew and is given alert events up to `through` only: those beyond are to be told again. */
export async function rewindDelivered(store: Store, incidentId: string, through: number): Promise<void> {
  await store
    .updateTable('incidents')
    .set({ delivered_through: through })
    .where('incident_id', '=', incidentId)
    .where('delivered_through', '>', through)
    .execute();
}
