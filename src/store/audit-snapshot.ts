// The whole audit log as it is at one moment: what verification needs, and nothing appended meanwhile.

import type { ChainPosition } from '../core/audit/chain.ts';
import type { StoredEntry } from '../core/audit/entry.ts';
import { readAudit } from './audit-read.ts';
import type { Store } from './database.ts';

export interface AuditSnapshot {
  /** What the database takes for the end. */
  head: ChainPosition;
  /** Every row, also those past the head. */
  entries: AsyncIterable<StoredEntry>;
}

export async function withAuditSnapshot<T>(store: Store, use: (snapshot: AuditSnapshot) => Promise<T>): Promise<T> {
  const transaction = store.transaction().setIsolationLevel('repeatable read').setAccessMode('read only');
  return await transaction.execute(async (trx) => {
    const { seq, hash } = await trx.selectFrom('audit_head').select(['seq', 'hash']).executeTakeFirstOrThrow();
    return await use({ head: { size: seq, head: hash.toString('hex') }, entries: allEntries(trx) });
  });
}

const batchSize = 1_000;

async function* allEntries(store: Store): AsyncGenerator<StoredEntry> {
  let after: number | null = 0;
  while (after !== null) {
    const page: Awaited<ReturnType<typeof readAudit>> = await readAudit(store, { after, limit: batchSize });
    yield* page.items;
    after = page.next;
  }
}
