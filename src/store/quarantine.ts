// Keeps what was authenticated but is no alert: whole, once however often it comes, to be shown and not lost.

import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import { derivedId } from '../core/ids.ts';
import { appendAudit } from './audit.ts';
import type { Store } from './database.ts';
import { inRetriedTransaction } from './retried-transaction.ts';

export interface MalformedBody {
  source: string;
  receivedAtMs: number;
  contentType: string | undefined;
  body: Buffer;
  /** Where in the body, and what was found there and what would be right. */
  place: string;
  problem: string;
}

/** The id is that of the source and body: the same body again only counts. */
export async function quarantine(store: Store, malformed: MalformedBody): Promise<{ id: string; times: number }> {
  const { source, receivedAtMs, contentType = null, body, place, problem } = malformed;
  const bodySha256 = createHash('sha256').update(body).digest('hex');
  const id = derivedId(16, 'quarantine', source, bodySha256);
  const at = new Date(receivedAtMs).toISOString();
  return inRetriedTransaction(store, async (trx) => {
    const { times } = await trx
      .insertInto('quarantine')
      .values({ quarantine_id: id, source, received_at: at, content_type: contentType, body, place, problem })
      .onConflict((conflict) => conflict.column('quarantine_id').doUpdateSet({ times: sql`quarantine.times + 1` }))
      .returning('times')
      .executeTakeFirstOrThrow();
    const entry = { at, actor: `source:${source}`, kind: 'alert_quarantined', key: `quarantine/${id}` };
    if (times === 1) await appendAudit(trx, [{ ...entry, data: { id, bodySha256, place, problem } }]);
    return { id, times };
  });
}
