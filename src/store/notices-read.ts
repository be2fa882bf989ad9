// Reads what people were told, and whether it reached them.

import { beyond, type PageRequest, placeColumns, toPage } from './cursor.ts';
import type { Store } from './database.ts';

export type NoticeRow = Awaited<ReturnType<typeof listNotices>>['items'][number];

/** Newest first. */
export async function listNotices(
  store: Store,
  { incidentId }: { incidentId?: string | undefined },
  page: PageRequest,
) {
  let query = store
    .selectFrom('notices')
    .selectAll()
    .select(placeColumns<'notices'>('created_at', 'key'))
    .where(beyond<'notices'>('created_at', 'key', page, 'desc'));
  if (incidentId !== undefined) query = query.where('incident_id', '=', incidentId);
  const rows = await query
    .orderBy('created_at', 'desc')
    .orderBy('key', 'desc')
    .limit(page.limit + 1)
    .execute();
  return toPage(rows, page.limit);
}
