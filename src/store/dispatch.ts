// The backlog: incidents with alert events that their workflow has not been told. One number an incident says how far
// it was told; a lease keeps two dispatchers from doing the same work, and a lost one only costs the lease.

import { sql } from 'kysely';
import type { AlertNote } from '../core/incident/notes.ts';
import type { OpenedIncident } from '../core/incident/state.ts';
import type { Severity } from '../core/severity.ts';
import type { Store } from './database.ts';

export interface Backlog {
  opened: OpenedIncident;
  service: string | null;
  /** 0 when the workflow was never started. */
  deliveredThrough: number;
  notes: AlertNote[];
  /** True when there are more than fit into one message. */
  hasMore: boolean;
}

const leaseMs = 15_000;

/** Takes those of the given incidents that have a backlog and are not being dispatched by someone else. */
export async function claimBacklog(store: Store, incidentIds: readonly string[], maxNotes: number): Promise<Backlog[]> {
  return claim(store, maxNotes, sql`incident_id = any(${incidentIds}::text[])`, incidentIds.length);
}

/** Takes what is due, worst severity first, then oldest. */
export async function claimDueBacklog(store: Store, limit: number, maxNotes: number): Promise<Backlog[]> {
  return claim(store, maxNotes, sql`true`, limit);
}

async function claim(store: Store, maxNotes: number, which: ReturnType<typeof sql>, limit: number): Promise<Backlog[]> {
  const result = await sql<BacklogRow>`
    with due as (
      select incident_id from incidents
      where delivered_through < last_position and dispatch_after <= now() and ${which}
      order by array_position(array['critical','high','medium','low','info'], severity), opened_at
      limit ${limit} for update skip locked
    ), claimed as (
      update incidents i set dispatch_after = now() + ${leaseMs} * interval '1 millisecond',
                             dispatch_attempts = dispatch_attempts + 1
      from due where i.incident_id = due.incident_id
      returning i.incident_id, i.severity, i.title, i.service, i.impact_started_at, i.opened_at,
                i.delivered_through, i.last_position
    )
    select c.*, n.notes from claimed c cross join lateral (
      select coalesce(jsonb_agg(e.note order by e.position), '[]') as notes from (
        select note, position from alert_events
        where incident_id = c.incident_id and position > c.delivered_through
        order by position limit ${maxNotes}
      ) e
    ) n`.execute(store);
  return result.rows.map(toBacklog);
}

interface BacklogRow {
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
    opened: {
      incidentId: row.incident_id,
      severity: row.severity,
      title: row.title,
      impactStartedAt: row.impact_started_at.toISOString(),
      detectedAt: row.opened_at.toISOString(),
    },
    service: row.service,
    deliveredThrough: row.delivered_through,
    notes: row.notes,
    hasMore: last < row.last_position,
  };
}

/** Ends the lease; `through` may only grow. */
export async function markDelivered(store: Store, delivered: { incidentId: string; through: number }[]): Promise<void> {
  if (delivered.length === 0) return;
  const ids = delivered.map(({ incidentId }) => incidentId);
  const through = delivered.map((one) => one.through);
  await sql`
    update incidents i set delivered_through = greatest(i.delivered_through, d.through),
                           dispatch_after = '-infinity', dispatch_attempts = 0
    from unnest(${ids}::text[], ${through}::bigint[]) as d(incident_id, through)
    where i.incident_id = d.incident_id`.execute(store);
}

/** Comes again later, each time twice as late. */
export async function postpone(store: Store, incidentIds: readonly string[]): Promise<void> {
  if (incidentIds.length === 0) return;
  await sql`
    update incidents set dispatch_after = now() + least(500 * power(2, least(dispatch_attempts, 10)), 30000) * interval '1 millisecond'
    where incident_id = any(${incidentIds}::text[])`.execute(store);
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
    where i.delivered_through < i.last_position`.execute(store);
  const row = result.rows[0];
  return { incidents: row?.incidents ?? 0, oldestMs: row?.oldest_ms ?? 0 };
}

/** What a lost or reopened workflow goes on from. */
export async function readForRestart(store: Store, incidentId: string) {
  return store
    .selectFrom('incidents')
    .select(['status', 'state', 'severity', 'title', 'service', 'impact_started_at', 'opened_at'])
    .where('incident_id', '=', incidentId)
    .executeTakeFirst();
}
