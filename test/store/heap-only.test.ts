import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { acceptAlerts } from '../../src/store/inbox.ts';
import { alertLike, requestOf } from '../support/alerts.ts';
import { type FreshDatabase, freshDatabase } from '../support/postgres.ts';
import { until } from '../support/until.ts';

let db: FreshDatabase;
beforeAll(async () => {
  db = await freshDatabase();
});
afterAll(() => db.close());

// An index over a column that changes with every alert would cost each alert an entry in all indexes of incidents.
test('another alert of an incident changes its row and none of its indexes', async () => {
  const fingerprints = Array.from({ length: 60 }, (_, index) => `f${index}`);
  for (const fingerprint of fingerprints) {
    await acceptAlerts(db.store, [requestOf([alertLike({ groupKey: 'storm', fingerprint })])]);
  }
  const updates = async () => {
    const { rows } = await sql<{ all: number; heapOnly: number }>`
      select n_tup_upd as all, n_tup_hot_upd as "heapOnly" from pg_stat_user_tables, pg_stat_force_next_flush()
      where relname = 'incidents'`.execute(db.store);
    return rows[0] ?? { all: 0, heapOnly: 0 };
  };
  await until('Postgres to have counted them', async () => (await updates()).all >= 59);
  const { all, heapOnly } = await updates();
  // Now and then a page is full.
  expect(heapOnly).toBeGreaterThan(all * 0.8);
});
