import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { armSite } from '../../../src/fault-sites.ts';
import {
  type InboxWriter,
  type InboxWriterOptions,
  startInboxWriter,
} from '../../../src/gateway/alerts/inbox-writer.ts';
import { isUnavailable, openDatabase } from '../../../src/store/database.ts';
import { alertLike, requestOf } from '../../support/alerts.ts';
import { type FreshDatabase, freshDatabase } from '../../support/postgres.ts';

let db: FreshDatabase;
beforeAll(async () => {
  db = await freshDatabase();
});
afterAll(() => db.close());

let source = '';
let runs = 0;
let commits = 0;
let told: string[][] = [];
beforeEach(() => {
  runs += 1;
  source = `writer-${runs}`;
  commits = 0;
  told = [];
});
afterEach(() => armSite(undefined));

const writer = (options: Partial<InboxWriterOptions> = {}): InboxWriter =>
  startInboxWriter({
    store: db.store,
    onCommitted: (ids) => told.push(ids),
    log: pino({ level: 'silent' }),
    ...options,
  });

const requestNumber = (index: number, title = 'CPU is high') =>
  requestOf([alertLike({ source, fingerprint: `finding-${index}`, groupKey: `group-${index}`, title })]);

const countCommits = () =>
  armSite((site) => {
    if (site === 'gateway.before-commit') commits += 1;
  });

async function storedAlerts(): Promise<number> {
  const rows = await db.store.selectFrom('alerts').select('alert_id').where('source', '=', source).execute();
  return rows.length;
}

test('a storm of requests takes few commits, and each request gets its own result', async () => {
  countCommits();
  const inbox = writer();
  const results = await Promise.all(
    Array.from({ length: 1_200 }, (_, index) => inbox.accept(requestNumber(index % 600))),
  );
  expect(commits).toBeLessThanOrEqual(4);
  expect(results.slice(0, 600).every(({ accepted }) => accepted === 1)).toBe(true);
  expect(results.slice(600).every(({ duplicates }) => duplicates === 1)).toBe(true);
  for (const [index, { incidents }] of results.entries()) expect(incidents).toEqual(results[index % 600]?.opened);
});

test('a lone request is stored at once', async () => {
  countCommits();
  expect(await writer().accept(requestNumber(1))).toMatchObject({ accepted: 1 });
  expect(commits).toBe(1);
});

test('incidents are handed on after the commit and before the answer; repeats are not', async () => {
  const order: string[] = [];
  armSite((site) => void order.push(site));
  const inbox = writer({ onCommitted: (ids, opened) => order.push(`told ${ids.length} ${opened.length}`) });
  await inbox.accept(requestNumber(1));
  order.push('answer');
  await inbox.accept(requestNumber(1));
  expect(order).toEqual([
    ...['gateway.before-commit', 'gateway.after-commit', 'told 1 1', 'answer'],
    ...['gateway.before-commit', 'gateway.after-commit'],
  ]);
});

test('a failure of what is told costs no alert', async () => {
  const inbox = writer({
    onCommitted: () => {
      throw new Error('the dispatcher is broken');
    },
  });
  expect(await inbox.accept(requestNumber(1))).toMatchObject({ accepted: 1 });
});

test('a request that Postgres refuses fails alone', async () => {
  const inbox = writer();
  const requests = Array.from({ length: 40 }, (_, index) =>
    requestNumber(index, index === 17 ? 'half \ud800' : 'whole'),
  );
  const settled = await Promise.allSettled(requests.map((request) => inbox.accept(request)));
  expect(settled.flatMap(({ status }, index) => (status === 'rejected' ? [index] : []))).toEqual([17]);
  expect(await storedAlerts()).toBe(39);
});

test('no batch is larger than its limits, and a request that is larger alone still goes through', async () => {
  countCommits();
  const inbox = writer({ limits: { batchRequests: 10, batchAlerts: 12 } });
  const large = requestOf(
    Array.from({ length: 30 }, (_, index) => alertLike({ source, fingerprint: `large-${index}` })),
  );
  await Promise.all([
    inbox.accept(large),
    ...Array.from({ length: 20 }, (_, index) => inbox.accept(requestNumber(index))),
  ]);
  expect(commits).toBe(3);
  expect(await storedAlerts()).toBe(50);
});

test('more than may wait is refused at once, and what waited is stored', async () => {
  const inbox = writer({ limits: { waitingRequests: 5 } });
  const settled = await Promise.allSettled(Array.from({ length: 9 }, (_, index) => inbox.accept(requestNumber(index))));
  expect(settled.map(({ status }) => status)).toEqual([...Array(5).fill('fulfilled'), ...Array(4).fill('rejected')]);
  expect(settled.at(-1)).toMatchObject({ reason: { code: 'inbox_full' } });
  expect(await storedAlerts()).toBe(5);
});

test('closing waits for what was taken, and takes nothing more', async () => {
  const inbox = writer();
  const taken = inbox.accept(requestNumber(1));
  await inbox.close();
  expect(await storedAlerts()).toBe(1);
  await expect(taken).resolves.toMatchObject({ accepted: 1 });
  await expect(inbox.accept(requestNumber(2))).rejects.toMatchObject({ code: 'inbox_full' });
});

test('without a database every request fails as unavailable, none is tried alone', async () => {
  const nowhere = openDatabase({ url: 'postgres://postgres@127.0.0.1:1/nowhere' });
  const inbox = writer({ store: nowhere });
  const settled = await Promise.allSettled([1, 2, 3].map((index) => inbox.accept(requestNumber(index))));
  for (const one of settled) expect(one.status === 'rejected' && isUnavailable(one.reason)).toBe(true);
  await nowhere.destroy();
});

test('a storm of one source does not delay another: it waits for its share of batches, not for all of them', async () => {
  const inbox = writer({ limits: { batchRequests: 50, waitingRequests: 3_000 } });
  let stored = 0;
  const storm = Array.from({ length: 3_000 }, async (_, index) => {
    await inbox.accept(requestNumber(index));
    stored += 1;
  });
  await expect(inbox.accept(requestNumber(3_001))).rejects.toMatchObject({ code: 'inbox_full' });
  const quiet = alertLike({ source: `quiet-${runs}`, severityHint: 'critical' });
  await inbox.accept(requestOf([quiet]));
  // That of the batch under way, and of the one that it was in.
  expect(stored).toBeLessThanOrEqual(100);
  await Promise.all(storm);
});

test('an incident is as urgent as the worst alert that it got', async () => {
  const heard: [string, string][] = [];
  const inbox = writer({
    onCommitted: (ids, _opened, urgency) =>
      heard.push(...ids.map((id): [string, string] => [id, urgency.get(id)?.severity ?? ''])),
  });
  const alert = (fingerprint: string, severityHint: 'low' | 'critical') =>
    requestOf([alertLike({ source, fingerprint, groupKey: 'one', severityHint })]);
  const [first] = await Promise.all(
    [alert('a', 'low'), alert('b', 'critical')].map((request) => inbox.accept(request)),
  );
  expect(heard).toEqual([[first?.incidents[0], 'critical']]);
});
