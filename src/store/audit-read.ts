// Reads the audit log as it is stored. Verifying it is src/audit's.

import type { StoredEntry } from '../core/audit/entry.ts';
import type { Json } from '../core/canonical.ts';
import type { Store } from './database.ts';

export interface AuditFilter {
  /** Entries with a greater seq. */
  after: number;
  /** And with a smaller one. */
  before?: number | undefined;
  /** `desc` is newest first. */
  order?: 'asc' | 'desc';
  limit: number;
  incidentId?: string | undefined;
  kind?: string | undefined;
}

/** `next` is the seq to go on after, or before when newest first; null at the end. */
export async function readAudit(
  store: Store,
  { after, before, order = 'asc', limit, incidentId, kind }: AuditFilter,
): Promise<{ items: StoredEntry[]; next: number | null }> {
  let query = store.selectFrom('audit_entries').selectAll().where('seq', '>', after);
  if (before !== undefined) query = query.where('seq', '<', before);
  if (incidentId !== undefined) query = query.where('incident_id', '=', incidentId);
  if (kind !== undefined) query = query.where('kind', '=', kind);
  const rows = await query
    .orderBy('seq', order)
    .limit(limit + 1)
    .execute();
  const items = rows.slice(0, limit).map(toStoredEntry);
  return { items, next: rows.length > limit ? (items.at(-1)?.seq ?? null) : null };
}

/** What the entry with this key says. */
export async function readEntryData(store: Store, key: string): Promise<Json | undefined> {
  const entry = await store.selectFrom('audit_entries').select('body').where('key', '=', key).executeTakeFirst();
  return entry && (JSON.parse(entry.body) as { data: Json }).data;
}

const batchSize = 1_000;

/**
 * All entries after a seq, in batches, also those that the head does not know of: a verifier must see them. What is
 * appended meanwhile may be among them.
 */
export async function* auditEntriesAfter(store: Store, seq: number): AsyncGenerator<StoredEntry> {
  for (let after: number | null = seq; after !== null; ) {
    const { items, next }: Awaited<ReturnType<typeof readAudit>> = await readAudit(store, { after, limit: batchSize });
    yield* items;
    after = next;
  }
}

function toStoredEntry(row: {
  seq: number;
  incident_id: string | null;
  at: Date;
  kind: string;
  actor: string;
  key: string | null;
  body: string;
  leaf_hash: Buffer;
  prev_hash: Buffer;
  hash: Buffer;
}): StoredEntry {
  return {
    seq: row.seq,
    incidentId: row.incident_id,
    at: row.at.toISOString(),
    kind: row.kind,
    actor: row.actor,
    key: row.key,
    body: row.body,
    leafHash: row.leaf_hash.toString('hex'),
    prevHash: row.prev_hash.toString('hex'),
    hash: row.hash.toString('hex'),
  };
}
