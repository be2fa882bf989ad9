// Reads alerts that belong to no incident.

import type { Suppression } from '../core/inbox/episodes.ts';
import type { WithheldReason } from '../core/suppression/judge.ts';
import { beyond, type PageRequest, placeColumns, toPage } from './cursor.ts';
import type { Store } from './database.ts';

export interface SuppressedFilter {
  suppressed?: (Suppression | WithheldReason)[] | undefined;
  source?: string | undefined;
  status?: 'firing' | 'resolved' | undefined;
}

/** Newest first. */
export async function listSuppressedAlerts(store: Store, filter: SuppressedFilter, page: PageRequest) {
  const { suppressed, source, status } = filter;
  let query = store
    .selectFrom('alerts')
    .select(['alert_id', 'source', 'fingerprint', 'status', 'title', 'severity_hint', 'normalised'])
    .select(['starts_at', 'ends_at', 'received_at', 'updated_at', 'repeat_count'])
    .select(['suppressed', 'suppressed_by', 'incident_id'])
    .select(placeColumns<'alerts'>('received_at', 'alert_id'))
    .where('suppressed', 'is not', null)
    .where(beyond<'alerts'>('received_at', 'alert_id', page, 'desc'));
  if (suppressed) query = query.where('suppressed', 'in', suppressed);
  if (source !== undefined) query = query.where('source', '=', source);
  if (status) query = query.where('status', '=', status);
  const rows = await query
    .orderBy('received_at', 'desc')
    .orderBy('alert_id', 'desc')
    .limit(page.limit + 1)
    .execute();
  return toPage(rows, page.limit);
}

export type SuppressedRow = Awaited<ReturnType<typeof listSuppressedAlerts>>['items'][number];
