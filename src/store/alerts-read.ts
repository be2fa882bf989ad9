// Reads alerts that belong to no incident.

import { type Expression, type SqlBool, sql } from 'kysely';
import type { Suppression } from '../core/inbox/episodes.ts';
import type { WithheldReason } from '../core/suppression/judge.ts';
import { beyond, containing, type PageRequest, placeColumns, toPage } from './cursor.ts';
import type { Store } from './database.ts';

export interface SuppressedFilter {
  suppressed?: (Suppression | WithheldReason)[] | undefined;
  source?: string | undefined;
  status?: 'firing' | 'resolved' | undefined;
  /** A part of the title or of a label, an id, or the name of what withholds it. Any text is fine. */
  q?: string | undefined;
}

/** Newest first. */
export async function listSuppressedAlerts(store: Store, filter: SuppressedFilter, page: PageRequest) {
  const { suppressed, source, status, q = '' } = filter;
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
  if (q.trim() !== '') query = query.where(matches(q.trim()));
  const rows = await query
    .orderBy('received_at', 'desc')
    .orderBy('alert_id', 'desc')
    .limit(page.limit + 1)
    .execute();
  return toPage(rows, page.limit);
}

function matches(q: string): Expression<SqlBool> {
  const part = containing(q);
  return sql<SqlBool>`(title ilike ${part} or (normalised -> 'labels')::text ilike ${part}
    or alert_id = ${q} or suppressed_by ->> 'by' = ${q})`;
}

export type SuppressedRow = Awaited<ReturnType<typeof listSuppressedAlerts>>['items'][number];
