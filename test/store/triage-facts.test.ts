import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Entity } from '../../src/core/alert.ts';
import { acceptAlerts } from '../../src/store/inbox.ts';
import { readTriageFacts } from '../../src/store/triage-facts.ts';
import { alertLike, requestOf } from '../support/alerts.ts';
import { type FreshDatabase, freshDatabase } from '../support/postgres.ts';

let db: FreshDatabase;
beforeAll(async () => {
  db = await freshDatabase();
});
afterAll(() => db.close());

const hour = 3_600_000;

async function incidentAbout(name: string, agoMs: number, ...entities: Entity[]): Promise<string> {
  const alert = alertLike({ source: name, fingerprint: name, groupKey: name, entities });
  const [result] = await acceptAlerts(db.store, [requestOf([alert], { receivedAtMs: Date.now() - agoMs })]);
  return result?.incidents[0] ?? '';
}
const end = (id: string, disposition: 'false_positive' | 'true_positive') =>
  db.store
    .updateTable('incidents')
    .set({ status: 'closed', closed_at: new Date(), disposition })
    .where('incident_id', '=', id)
    .execute();
const host = (value: string): Entity => ({ kind: 'host', value });
const read = (id: string, withinMs: number | null = hour) =>
  readTriageFacts(db.store, id, { correlatesWithinMs: withinMs });

test('triage is told of open incidents with what they share, across sources, and of those that ended', async () => {
  const old = await incidentAbout('old', 5 * hour, host('db-1'));
  const open = await incidentAbout('open', 0.5 * hour, host('db-1'), host('db-2'), {
    kind: 'service',
    value: 'checkout',
  });
  const other = await incidentAbout('other', 0.4 * hour, host('web-1'));
  for (const id of [old, open, other]) await read(id);
  await end(old, 'false_positive');
  const mine = await incidentAbout('mine', 0, host('db-1'), host('db-2'), { kind: 'service', value: 'checkout' });

  const facts = await read(mine);
  expect(facts.openIncidents.map(({ id, shared }) => [id, shared])).toEqual([
    [open, [host('db-1'), host('db-2')]],
    [other, []],
  ]);
  expect(facts.earlier).toMatchObject([{ id: old, disposition: 'false_positive', shared: [host('db-1')] }]);
  expect(await read(mine)).toEqual(facts);
  expect((await read(mine, null)).openIncidents).toEqual([]);
  // What opened later does not matter to what was there before.
  expect((await read(open)).earlier.map(({ id }) => id)).toEqual([old]);
});
