// The checkpoints of the audit log as the database has them; the copies outside of it are what verification trusts.

import type { Checkpoint } from '../core/audit/checkpoint.ts';
import type { Json } from '../core/canonical.ts';
import type { Store } from './database.ts';

export interface CheckpointRow {
  size: number;
  checkpoint: Checkpoint;
  writtenAt: Date;
}

/** Writing one again changes nothing. `frontier` is the Merkle tree's, to go on from. `at` is ISO-8601. */
export async function insertCheckpoint(
  store: Store,
  checkpoint: Checkpoint,
  frontier: Json,
  at: string,
): Promise<void> {
  await store
    .insertInto('audit_checkpoints')
    .values({
      size: checkpoint.size,
      checkpoint: JSON.stringify(checkpoint),
      frontier: JSON.stringify(frontier),
      written_at: at,
    })
    .onConflict((conflict) => conflict.column('size').doNothing())
    .execute();
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
    checkpoint: row.checkpoint as Checkpoint,
    writtenAt: row.written_at,
  }));
  return { items, next: rows.length > limit ? (items.at(-1)?.size ?? null) : null };
}

/** All of them, by ascending size: one a few minutes at most, so they fit in memory for years. */
export async function readAllCheckpoints(store: Store): Promise<Checkpoint[]> {
  const rows = await store.selectFrom('audit_checkpoints').select('checkpoint').orderBy('size').execute();
  return rows.map((row) => row.checkpoint as Checkpoint);
}
