import fc from 'fast-check';
import { type RawBuilder, sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { takeCheckpoint } from '../../src/audit/checkpointer.ts';
import { loadOrCreateSigningKey } from '../../src/audit/keys.ts';
import { verifyLiveLog } from '../../src/audit/verify-log.ts';
import { type AuditEntry, auditBody, leafHash } from '../../src/core/audit/entry.ts';
import { appendAudit } from '../../src/store/audit.ts';
import { auditEntriesAfter } from '../../src/store/audit-read.ts';
import { entryArbitrary, simpleEntry } from '../core/audit/logs.ts';
import { type FreshDatabase, freshDatabase } from '../support/postgres.ts';
import { temporaryFolder } from './fixtures.ts';

let database: FreshDatabase;
beforeAll(async () => {
  database = await freshDatabase();
});
afterAll(() => database.close());
beforeEach(() =>
  attack(sql`truncate audit_entries`, sql`update audit_head set seq = 0, hash = decode(repeat('00', 32), 'hex')`),
);

const append = (entries: AuditEntry[]) => database.store.transaction().execute((trx) => appendAudit(trx, entries));
const verify = (firebreakDir: string) => verifyLiveLog({ firebreakDir, entries: auditEntriesAfter(database.store, 0) });

/** As somebody who owns the database: the triggers are off while the statements run. */
async function attack(...statements: RawBuilder<unknown>[]): Promise<void> {
  await database.store.transaction().execute(async (trx) => {
    await sql`alter table audit_entries disable trigger audit_entries_append_only`.execute(trx);
    for (const statement of statements) await statement.execute(trx);
    await sql`alter table audit_entries enable always trigger audit_entries_append_only`.execute(trx);
  });
}

describe('the log in Postgres', () => {
  it('verifies as Postgres chained it, whatever the entries say', async () => {
    const firebreakDir = await temporaryFolder();
    const texts = ['grün 🔥', '\u0000', 'a\u2028b\r\n', '"\\', "'; drop table audit_entries; --"];
    await append(texts.map((text, index) => simpleEntry(index + 1, text)));
    let size = texts.length;
    await fc.assert(
      fc.asyncProperty(fc.array(entryArbitrary, { minLength: 1, maxLength: 20 }), async (entries) => {
        size += await append(entries);
        expect(await verify(firebreakDir)).toMatchObject({ ok: true, damage: null, size });
      }),
      { numRuns: 20 },
    );
  });

  it('has an entry once, though it is appended again', async () => {
    await append([simpleEntry(1), simpleEntry(2)]);
    expect(await append([simpleEntry(2), simpleEntry(3), simpleEntry(3)])).toBe(1);
    expect(await verify(await temporaryFolder())).toMatchObject({ ok: true, size: 3 });
  });

  it('is checkpointed as it grows', async () => {
    const firebreakDir = await temporaryFolder();
    const key = await loadOrCreateSigningKey(firebreakDir);
    for (const numbers of [[1, 2, 3], [4], [5, 6, 7, 8]]) {
      await append(numbers.map((number) => simpleEntry(number)));
      const entriesAfter = (seq: number) => auditEntriesAfter(database.store, seq);
      const outcome = await takeCheckpoint({ firebreakDir, entriesAfter, key, at: '2026-02-03T04:05:06.007Z' });
      expect(outcome).toMatchObject({ kind: 'made', checkpoint: { size: numbers.at(-1) } });
    }
    expect(await verify(firebreakDir)).toMatchObject({ ok: true, confirmedSize: 8, checkpoints: 3 });
  });

  const forged = auditBody({ ...simpleEntry(4), actor: 'person:eve' });
  const forgedLeaf = Buffer.from(leafHash(forged));
  const rechain = sql`
    do $$ declare previous bytea; entry record; begin
      select hash into previous from audit_entries where seq = 3;
      for entry in select * from audit_entries where seq > 3 order by seq loop
        update audit_entries set prev_hash = previous, hash = sha256(previous || int8send(seq) || leaf_hash)
          where seq = entry.seq returning hash into previous;
      end loop;
    end $$`;
  it.each<[string, RawBuilder<unknown>[], string, number]>([
    ['a column', [sql`update audit_entries set actor = 'person:eve' where seq = 4`], 'audit_entry_edited', 4],
    [
      'a body',
      [sql`update audit_entries set actor = 'person:eve', body = ${forged} where seq = 4`],
      'audit_entry_edited',
      4,
    ],
    [
      'a time, by a millisecond',
      [sql`update audit_entries set at = at + interval '1 ms' where seq = 4`],
      'audit_entry_edited',
      4,
    ],
    ['a row away', [sql`delete from audit_entries where seq = 4`], 'audit_entry_deleted', 4],
    [
      'a row away, and numbers the rest again',
      [
        sql`delete from audit_entries where seq = 4`,
        sql`update audit_entries set seq = seq + 99 where seq > 4`,
        sql`update audit_entries set seq = seq - 100 where seq > 99`,
      ],
      'audit_entry_deleted',
      4,
    ],
    [
      'two rows round',
      [
        sql`update audit_entries set seq = 99 where seq = 4`,
        sql`update audit_entries set seq = 4 where seq = 5`,
        sql`update audit_entries set seq = 5 where seq = 99`,
      ],
      'audit_entry_reordered',
      4,
    ],
    [
      'the whole chain',
      [
        sql`update audit_entries set actor = 'person:eve', body = ${forged}, leaf_hash = ${forgedLeaf} where seq = 4`,
        rechain,
      ],
      'audit_chain_rewritten',
      1,
    ],
    [
      'the tail off',
      [sql`delete from audit_entries where seq > 6`, sql`update audit_head set seq = 6`],
      'audit_tail_truncated',
      7,
    ],
  ])('shows when its owner changes %s', async (_name, statements, code, seq) => {
    const firebreakDir = await temporaryFolder();
    const key = await loadOrCreateSigningKey(firebreakDir);
    await append(Array.from({ length: 10 }, (_, index) => simpleEntry(index + 1)));
    const entriesAfter = (after: number) => auditEntriesAfter(database.store, after);
    await takeCheckpoint({ firebreakDir, entriesAfter, key, at: '2026-02-03T04:05:06.007Z' });
    await attack(...statements);
    expect((await verify(firebreakDir)).damage).toMatchObject({ code, seq });
  });
});
