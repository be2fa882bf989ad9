import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  backlogBySource,
  claimBacklog,
  claimDueBacklog,
  markDelivered,
  releaseBacklog,
} from '../../src/store/dispatch.ts';
import { acceptAlerts } from '../../src/store/inbox.ts';
import { alertLike, requestOf } from '../support/alerts.ts';
import { type FreshDatabase, freshDatabase } from '../support/postgres.ts';

let db: FreshDatabase;
beforeAll(async () => {
  db = await freshDatabase();
});
afterAll(() => db.close());

let made = 0;

/** Ids of new incidents with one alert each, as everyone orders them. */
async function incidents(count: number): Promise<string[]> {
  const requests = Array.from({ length: count }, () => {
    made += 1;
    return requestOf([alertLike({ fingerprint: `f${made}`, groupKey: `g${made}` })]);
  });
  const results = await acceptAlerts(db.store, requests);
  return results.flatMap((result) => result.opened).sort();
}

test('a backlog is claimed once, and is none once it was told', async () => {
  const ids = await incidents(2);
  const claimed = await claimBacklog(db.store, ids, 10);
  expect(claimed.map(({ notes }) => notes.length)).toEqual([1, 1]);
  expect(await claimBacklog(db.store, ids, 10)).toEqual([]);
  await markDelivered(
    db.store,
    ids.map((incidentId) => ({ incidentId, from: 0, through: 1 })),
  );
  expect(await claimBacklog(db.store, ids, 10)).toEqual([]);
});

test('what still gathers for the next signal is not due', async () => {
  const [first = '', second = ''] = await incidents(2);
  const due = await claimDueBacklog(db.store, [first], 10, 10);
  expect(due.map(({ opened }) => opened.incidentId)).toEqual([second]);
});

// Postgres would find the deadlock after a second, and end one of the two.
test('whoever marks what was told locks incidents in the order in which the inbox does', async () => {
  const [first = '', second = ''] = await incidents(2);
  const backwards = [second, first].map((incidentId) => ({ incidentId, from: 0, through: 1 }));
  let writing: Promise<void> | undefined;
  await db.store.transaction().execute(async (trx) => {
    const lock = (id: string) => sql`select from incidents where incident_id = ${id} for no key update`.execute(trx);
    await sql`set local lock_timeout = '500ms'`.execute(trx);
    await lock(first);
    writing = markDelivered(db.store, backwards);
    await untilSomeoneWaits();
    await lock(second);
  });
  await writing;
});

async function untilSomeoneWaits(): Promise<void> {
  for (let looks = 0; looks < 500; looks += 1) {
    const { rows } = await sql`select from pg_locks where not granted`.execute(db.store);
    if (rows.length > 0) return;
  }
  throw new Error('Nobody waits for a lock');
}

test('what is due goes out worst first, sources in turn, and its age is known by source and severity', async () => {
  await sql`update incidents set delivered_through = last_position`.execute(db.store);
  const open = async (source: string, severityHint: 'critical' | 'high', count: number) => {
    const requests = Array.from({ length: count }, (_, n) =>
      requestOf([alertLike({ source, severityHint, fingerprint: `${source}${n}`, groupKey: `${severityHint}${n}` })], {
        receivedAtMs: Date.now() - 60_000,
      }),
    );
    await acceptAlerts(db.store, requests);
  };
  await open('noisy', 'high', 100);
  await open('quiet', 'high', 1);
  await open('calm', 'critical', 1);
  const claimed = await claimDueBacklog(db.store, [], 4, 10);
  expect(claimed.map(({ source }) => source).sort()).toEqual(['calm', 'noisy', 'noisy', 'quiet']);
  await releaseBacklog(db.store);
  const backlog = await backlogBySource(db.store);
  expect(backlog.map(({ source, severity, incidents }) => [source, severity, incidents]).sort()).toEqual([
    ['calm', 'critical', 1],
    ['noisy', 'high', 100],
    ['quiet', 'high', 1],
  ]);
  for (const { oldestMs } of backlog) expect(oldestMs).toBeGreaterThanOrEqual(60_000);
});
