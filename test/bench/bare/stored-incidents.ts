// Incidents for the floor to work on: in the store as the inbox writes them, fired and resolved, and told to nobody.

import type { OpenedIncident } from '../../../src/core/incident/state.ts';
import type { Store } from '../../../src/store/database.ts';
import { acceptAlerts } from '../../../src/store/inbox.ts';
import { incidentOf, range } from '../bench.ts';
import { storedRequest } from '../stored-request.ts';

/** As many more; not part of what is measured. */
export async function storeIncidents(store: Store, row: string, count: number): Promise<OpenedIncident[]> {
  for (const status of ['firing', 'resolved'] as const) {
    await acceptAlerts(
      store,
      range(0, count).map((n) => storedRequest({ kind: 'plain', count: 1, row, status }, n)),
    );
  }
  return range(0, count).map((n) => {
    const at = new Date().toISOString();
    const incidentId = incidentOf(row, n);
    return { incidentId, severity: 'medium', title: 'Pod is crash looping', impactStartedAt: at, detectedAt: at };
  });
}
