// Reads what was authenticated but malformed.

import { sql } from 'kysely';
import { beyond, type PageRequest, placeColumns, toPage } from './cursor.ts';
import type { Store } from './database.ts';

/** Of a body, this much is shown. */
const shownBytes = 16_384;

export type QuarantineRow = Awaited<ReturnType<typeof listQuarantine>>['items'][number];

/** Newest first. */
export async function listQuarantine(store: Store, { source }: { source?: string | undefined }, page: PageRequest) {
  let query = store
    .selectFrom('quarantine')
    .select(['quarantine_id', 'source', 'received_at', 'content_type', 'place', 'problem', 'times'])
    .select([
      sql<Buffer>`substring(body from 1 for ${shownBytes})`.as('body'),
      sql<number>`octet_length(body)`.as('body_bytes'),
    ])
    .select(placeColumns<'quarantine'>('received_at', 'quarantine_id'))
    .where(beyond<'quarantine'>('received_at', 'quarantine_id', page, 'desc'));
  if (source !== undefined) query = query.where('source', '=', source);
  const rows = await query
    .orderBy('received_at', 'desc')
    .orderBy('quarantine_id', 'desc')
    .limit(page.limit + 1)
    .execute();
  return toPage(rows, page.limit);
}
