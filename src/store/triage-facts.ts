// What planning looks at: the incident's newest alerts, other open incidents that it may belong to, and what happened before
// to the things that it is about.

import { sql } from 'kysely';
import type { Alert, Entity } from '../core/alert.ts';
import type { FlowNode } from '../core/incident/flow.ts';
import type { ResponsePlanned } from '../core/incident/plan.ts';
import { type Disposition, hasEnded, type IncidentStatus } from '../core/incident/status.ts';
import type { Severity } from '../core/severity.ts';
import { type EarlierIncident, type IncidentFacts, type OpenIncident, tellingKinds } from '../core/triage/facts.ts';
import type { Store } from './database.ts';
import { unsynced } from './unsynced.ts';

const alertsForTriage = 50;
const openIncidentsForTriage = 500;
const entitiesForTriage = 100;
const incidentsOfEntity = 20;
const longestValue = 300;
const lookBackDays = 90;
const dayMs = 24 * 60 * 60 * 1_000;

export interface TriageReads {
  /** How far back other open incidents matter; null when no rule of the plan joins any. */
  correlatesWithinMs: number | null;
}

/** `decided` is what was decided and journaled before: it stands, whatever the facts are now. */
export async function readTriageFacts(
  store: Store,
  incidentId: string,
  { correlatesWithinMs }: TriageReads,
): Promise<Omit<IncidentFacts, 'opened'> & { decided: ResponsePlanned | null }> {
  const [incident, alerts, related] = await Promise.all([
    store
      .selectFrom('incidents')
      .select(['drill', 'opened_at', sql<ResponsePlanned | null>`state->'plan'`.as('decided')])
      .where('incident_id', '=', incidentId)
      .executeTakeFirstOrThrow(),
    readAlerts(store, incidentId),
    recordEntities(store, incidentId),
  ]);
  const { drill, opened_at, decided } = incident;
  const open = correlatesWithinMs === null ? [] : await readOpen(store, incidentId, opened_at, correlatesWithinMs);
  return {
    ...{ decided, drill, alerts },
    openIncidents: open.map((one) => ({ ...one, shared: sharedWith(one.id, related) })),
    earlier: earlierOf(related, opened_at),
  };
}

async function readAlerts(store: Store, incidentId: string): Promise<Alert[]> {
  const rows = await store
    .selectFrom('alerts')
    .select('normalised')
    .where('incident_id', '=', incidentId)
    .orderBy('received_at', 'desc')
    .limit(alertsForTriage)
    .execute();
  return rows.map(({ normalised }) => normalised);
}

/**
 * What a step that was reached looks at. `decided` is what it was planned as and journaled before: it stands, whatever
 * the alerts are now.
 */
export async function readReachedFacts(
  store: Store,
  incidentId: string,
  stepId: string | null,
): Promise<{ alerts: Alert[]; drill: boolean; earlier: EarlierIncident[]; decided: FlowNode | null }> {
  const [incident, alerts, related] = await Promise.all([
    store
      .selectFrom('incidents')
      .select(['drill', 'opened_at', sql<FlowNode | null>`state->'late'->${stepId}::text`.as('decided')])
      .where('incident_id', '=', incidentId)
      .executeTakeFirstOrThrow(),
    readAlerts(store, incidentId),
    recordEntities(store, incidentId),
  ]);
  const { drill, decided, opened_at } = incident;
  return { drill, decided, alerts, earlier: earlierOf(related, opened_at) };
}

const bounds = sql`${[...tellingKinds]}::text[], ${alertsForTriage}, ${longestValue}, ${entitiesForTriage}`;

/** What the incident is about, by its newest alerts: kind and value. */
export const entitiesOf = (incidentId: string) => sql`select kind, value from entities_of(${incidentId}, ${bounds})`;

interface Related {
  incident_id: string;
  kind: Entity['kind'];
  value: string;
  status: IncidentStatus;
  disposition: Disposition | null;
  opened_at: Date;
  drill: boolean;
}

/** Records what the incident is about; other incidents that were about the same. Safe to repeat; see migrations/0019. */
async function recordEntities(store: Store, incidentId: string): Promise<Related[]> {
  const since = new Date(Date.now() - lookBackDays * dayMs);
  const { rows } = await sql<Related>`
    with ${unsynced}
    select r.* from unsynced, relate_incident(${incidentId}, ${bounds}, ${incidentsOfEntity}, ${since}) r`.execute(
    store,
  );
  return rows;
}

function sharedWith(incidentId: string, related: readonly Related[]): Entity[] {
  return related
    .filter((row) => row.incident_id === incidentId)
    .map(({ kind, value }) => ({ kind, value }))
    .sort((a, b) => (`${a.kind} ${a.value}` < `${b.kind} ${b.value}` ? -1 : 1));
}

function earlierOf(related: readonly Related[], openedAt: Date): EarlierIncident[] {
  const before = related.filter((row) => row.opened_at <= openedAt && !row.drill && hasEnded(row.status));
  const byId = new Map(before.map((row) => [row.incident_id, row]));
  return [...byId.values()].map((row) => ({
    ...{ id: row.incident_id, openedAt: row.opened_at.toISOString(), disposition: row.disposition },
    shared: sharedWith(row.incident_id, related),
  }));
}

interface Open extends Omit<OpenIncident, 'shared'> {
  severity: Severity;
}

async function readOpen(store: Store, incidentId: string, before: Date, withinMs: number): Promise<Open[]> {
  const rows = await store
    .selectFrom('incidents')
    .select(['incident_id', 'service', 'playbook', 'severity', 'opened_at', 'drill'])
    .where('closed_at', 'is', null)
    .where('incident_id', '<>', incidentId)
    .where('opened_at', '<=', before)
    .where('opened_at', '>=', new Date(before.getTime() - withinMs))
    .orderBy('opened_at')
    .limit(openIncidentsForTriage)
    .execute();
  return rows.map((row) => ({
    ...{ id: row.incident_id, service: row.service, playbook: row.playbook, severity: row.severity },
    ...{ openedAt: row.opened_at.toISOString(), drill: row.drill },
  }));
}
