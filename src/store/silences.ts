// Silences. Every change raises the version by which the inbox knows that it must read them again.

import { sql } from 'kysely';
import { canonicalJson } from '../core/canonical.ts';
import { suppressedChanged } from './announce.ts';
import { appendAudit } from './audit.ts';
import { readEntryData } from './audit-read.ts';
import { beyond, type PageRequest, placeColumns, toPage } from './cursor.ts';
import type { Store, Trx } from './database.ts';
import { inRetriedTransaction } from './retried-transaction.ts';

/** Times are ISO-8601. */
export interface NewSilence {
  silenceId: string;
  /** As `parseMatcher` takes them. */
  matchers: string[];
  owner: string;
  reason: string;
  startsAt: string;
  endsAt: string;
  at: string;
}

export type SilenceRow = NonNullable<Awaited<ReturnType<typeof readSilence>>>;
export const silenceStates = ['active', 'pending', 'expired'] as const;
export type SilenceState = (typeof silenceStates)[number];

export async function readSilence(store: Store | Trx, silenceId: string) {
  return await store.selectFrom('silences').selectAll().where('silence_id', '=', silenceId).executeTakeFirst();
}

/** Newest first. */
export async function listSilences(store: Store, states: readonly SilenceState[], page: PageRequest) {
  const rows = await store
    .selectFrom('silences')
    .selectAll()
    .select(placeColumns<'silences'>('created_at', 'silence_id'))
    .where(beyond<'silences'>('created_at', 'silence_id', page, 'desc'))
    .where((eb) => eb.or(states.map((state) => inState[state])))
    .orderBy('created_at', 'desc')
    .orderBy('silence_id', 'desc')
    .limit(page.limit + 1)
    .execute();
  return toPage(rows, page.limit);
}

const inState = {
  active: sql<boolean>`starts_at <= now() and ends_at > now()`,
  pending: sql<boolean>`starts_at > now()`,
  expired: sql<boolean>`ends_at <= now()`,
} as const;

/** Active or pending ones: each is asked of every alert, so that they must stay few. */
export const mostSilences = 1_000;

/** One of this id that is there stays as it is. False, and nothing stored, when there are as many as there may be. */
export function createSilence(store: Store, silence: NewSilence): Promise<boolean> {
  const { silenceId, matchers, owner, reason, startsAt, endsAt, at } = silence;
  return inRetriedTransaction(store, async (trx) => {
    // Takes the lock under which they are looked for and counted.
    await raiseVersion(trx);
    if (await readSilence(trx, silenceId)) return true;
    const { count } = await trx
      .selectFrom('silences')
      .select(sql<number>`count(*)::int`.as('count'))
      .where('ends_at', '>', new Date(at))
      .executeTakeFirstOrThrow();
    if (count >= mostSilences) return false;
    await trx
      .insertInto('silences')
      .values({
        ...{ silence_id: silenceId, matchers: JSON.stringify(matchers), owner, reason },
        ...{ starts_at: startsAt, ends_at: endsAt, created_at: at },
      })
      .execute();
    const data = createdData(silence);
    await appendAudit(trx, [{ at, actor: owner, kind: 'silence_created', key: createdKey(silenceId), data }]);
    return true;
  });
}

/** True when the silence of this id was made in these words and for these times, by the audit log: expiring moves its own. */
export async function wasCreatedAs(store: Store, silence: NewSilence): Promise<boolean> {
  const data = await readEntryData(store, createdKey(silence.silenceId));
  return data !== undefined && canonicalJson(data) === canonicalJson(createdData(silence));
}

const createdKey = (silenceId: string): string => `silence/${silenceId}`;
const createdData = ({ silenceId, matchers, reason, startsAt, endsAt }: NewSilence) => ({
  ...{ id: silenceId, matchers, reason, startsAt, endsAt },
});

/** What it withholds is to be judged again at once. False when there is none of this id that has not expired. */
export function expireSilence(store: Store, silenceId: string, actor: string, at: string): Promise<boolean> {
  return inRetriedTransaction(store, async (trx) => {
    const expired = await trx
      .updateTable('silences')
      .set({ starts_at: sql`least(starts_at, ${at}::timestamptz)`, ends_at: at, expired_by: actor })
      .where('silence_id', '=', silenceId)
      .where('ends_at', '>', new Date(at))
      .executeTakeFirst();
    if (expired.numUpdatedRows === 0n) return false;
    await raiseVersion(trx);
    await appendAudit(trx, [
      { at, actor, kind: 'silence_expired', key: `silence/${silenceId}/expired`, data: { id: silenceId } },
    ]);
    return true;
  });
}

async function raiseVersion(trx: Trx): Promise<void> {
  await trx.updateTable('silence_version').set({ version: sql`version + 1` }).execute();
  await suppressedChanged.execute(trx);
}
