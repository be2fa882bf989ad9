// Notices on their way to people. The row is there before the vendor is called, so that a retry is known as one.

import type { Notice } from '../core/notice.ts';
import { appendAudit } from './audit.ts';
import type { Store } from './database.ts';

export type NoticeResult = 'sent' | 'not_configured' | 'failed';

export interface Delivery {
  result: NoticeResult;
  detail: string;
}

/**
 * What came of an earlier attempt, in its words: a workflow that runs a stretch again must come to the same facts.
 * Undefined when this is the first, or the earlier one never ended.
 */
export async function beginNotice(store: Store, channel: string, notice: Notice): Promise<Delivery | undefined> {
  await store
    .insertInto('notices')
    .values({
      key: notice.key,
      incident_id: notice.incidentId,
      channel,
      kind: notice.kind,
      recipient: notice.to,
      title: notice.title,
      text: notice.text,
      status: 'sending',
      created_at: notice.at,
    })
    .onConflict((conflict) => conflict.column('key').doNothing())
    .execute();
  const row = await store
    .selectFrom('notices')
    .select(['status', 'detail'])
    .where('key', '=', notice.key)
    .executeTakeFirstOrThrow();
  return row.status === 'sending' ? undefined : { result: row.status, detail: row.detail ?? '' };
}

export async function endNotice(
  store: Store,
  channel: string,
  notice: Notice,
  { result, detail }: Delivery,
  at: string,
): Promise<void> {
  await store.transaction().execute(async (trx) => {
    await trx
      .updateTable('notices')
      .set({ status: result, detail, ...(result === 'sent' && { sent_at: at }) })
      .where('key', '=', notice.key)
      .execute();
    await appendAudit(trx, [
      {
        at,
        actor: 'firebreak',
        kind: 'notice_sent',
        incidentId: notice.incidentId,
        key: `${notice.key}/${result}`,
        data: { channel, kind: notice.kind, to: notice.to, result, detail },
      },
    ]);
  });
}
