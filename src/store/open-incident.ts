// Which open incident a finding belongs to now.

import { hasEnded } from '../core/incident/status.ts';
import type { Store } from './database.ts';
import { readIncidentStatus } from './incidents-read.ts';

export interface FiringAlert {
  alertId: string;
  incidentId: string;
}

const mostMerges = 100;

/** Undefined when the finding does not fire, is withheld, or its incident has ended. */
export async function openIncidentOf(
  store: Store,
  source: string,
  fingerprint: string,
): Promise<FiringAlert | undefined> {
  const alert = await store
    .selectFrom('alerts')
    .select(['alert_id', 'incident_id', 'status'])
    .where('source', '=', source)
    .where('fingerprint', '=', fingerprint)
    .orderBy('starts_at', 'desc')
    .limit(1)
    .executeTakeFirst();
  if (alert?.status !== 'firing' || alert.incident_id === null) return undefined;
  let incident = await readIncidentStatus(store, alert.incident_id);
  for (let step = 0; incident?.merged_into && step < mostMerges; step += 1) {
    incident = await readIncidentStatus(store, incident.merged_into);
  }
  if (!incident || hasEnded(incident.status)) return undefined;
  return { alertId: alert.alert_id, incidentId: incident.incident_id };
}
