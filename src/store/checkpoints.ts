// Reads the checkpoints of the audit log from the database; the copies outside of it are what verification trusts.

import type { Json } from '../core/canonical.ts';
import type { Store } from './database.ts';

export interface CheckpointRow {
  size: number;
  checkpoint: Json;
  writtenAt: Date;
}

/** Newest first. `before`: only those of a smaller log. */
export async function listCheckpoints(
  store: Store,
  { before, limit }: { before: number | null; limit: number },
): Promise<{ items: CheckpointRow[]; next: number | null }> {
  let query = store.selectFrom('audit_checkpoints').select(['size', 'checkpoint', 'written_at']);
  if (before !== null) query = query.where('size', '<', before);
  const rows = await query
    .orderBy('size', 'desc')
    .limit(limit + 1)
    .execute();
  const items = rows.slice(0, limit).map((row) => ({
    size: row.size,
    checkpoint: row.checkpoint,
    writtenAt: row.written_at,
  }));
  return { items, next: rows.length > limit ? (items.at(-1)?.size ?? null) : null };
}
