// What triage looks at: the incident's newest alerts, the other open incidents of its service, what is live.

import { sql } from 'kysely';
import type { ResponsePlanned } from '../core/incident/plan.ts';
import type { IncidentFacts, OpenIncident } from '../core/triage/facts.ts';
import type { Store } from './database.ts';

const alertsForTriage = 50;
const openIncidentsForTriage = 200;

/** `decided` is what was decided and journaled before: it stands, whatever the facts are now. */
export async function readTriageFacts(
  store: Store,
  incidentId: string,
): Promise<Omit<IncidentFacts, 'opened'> & { decided: ResponsePlanned | null }> {
  const [incident, alerts] = await Promise.all([
    store
      .selectFrom('incidents')
      .select(['drill', 'service', 'opened_at', sql<ResponsePlanned | null>`state->'plan'`.as('decided')])
      .where('incident_id', '=', incidentId)
      .executeTakeFirstOrThrow(),
    store
      .selectFrom('alerts')
      .select('normalised')
      .where('incident_id', '=', incidentId)
      .orderBy('received_at', 'desc')
      .limit(alertsForTriage)
      .execute(),
  ]);
  const { drill, service, opened_at, decided } = incident;
  const openIncidents = service === null ? [] : await readOpenIncidents(store, incidentId, service, opened_at);
  return { decided, drill, alerts: alerts.map(({ normalised }) => normalised), openIncidents };
}

async function readOpenIncidents(
  store: Store,
  incidentId: string,
  service: string,
  before: Date,
): Promise<OpenIncident[]> {
  const rows = await store
    .selectFrom('incidents')
    .select(['incident_id', 'service', 'playbook', 'severity', 'opened_at', 'drill'])
    .where('service', '=', service)
    .where('closed_at', 'is', null)
    .where('incident_id', '<>', incidentId)
    .where('opened_at', '<=', before)
    .orderBy('opened_at')
    .limit(openIncidentsForTriage)
    .execute();
  return rows.map((row) => ({
    id: row.incident_id,
    service: row.service,
    playbook: row.playbook,
    severity: row.severity,
    openedAt: row.opened_at.toISOString(),
    drill: row.drill,
  }));
}
