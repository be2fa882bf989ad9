import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { isUnavailable, openDatabase } from '../../src/store/database.ts';
import { freshDatabase } from '../support/postgres.ts';

test('a connection that Postgres ends between two statements of a transaction fails the transaction, not the process', async () => {
  const db = await freshDatabase();
  const lost: Error[] = [];
  const store = openDatabase({ url: db.url, onError: (error) => lost.push(error) });
  const work = store.transaction().execute(async (trx) => {
    const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(trx);
    await sql`select pg_terminate_backend(${rows[0]?.pid}::int)`.execute(db.store);
    // Unheard, its error would now end the process.
    await sleep(100);
    await sql`select 1`.execute(trx);
  });
  const error = await work.catch((failure: unknown) => failure);
  expect(isUnavailable(error)).toBe(true);
  expect(lost.length).toBeGreaterThan(0);
  await sql`select 1`.execute(store);
  await store.destroy();
  await db.close();
});
