import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestGateway, type TestGateway } from './gateway.ts';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startTestGateway();
});
afterAll(() => gateway.close());

const matchers = ['alertname="DiskFull"', 'instance=~"db-.+"'];
const create = (body: object, key = 'responder') =>
  gateway.call('/api/silences', { method: 'POST', key, body: { matchers, reason: 'moving disks', ...body } });
const expire = (id: string) => gateway.call(`/api/silences/${id}`, { method: 'DELETE', key: 'responder' });

it('makes, lists and expires a silence, each on the audit log with who did it', async () => {
  const made = await create({ forMs: 3_600_000 });
  expect(made).toMatchObject({
    status: 201,
    json: { matchers, owner: 'key:the-responder', reason: 'moving disks', state: 'active', expiredBy: null },
  });
  const { id, startsAt, endsAt } = made.json;
  expect(Date.parse(endsAt) - Date.parse(startsAt)).toBe(3_600_000);
  const listed = async (query = '') => (await gateway.call(`/api/silences${query}`, { key: 'viewer' })).json.items;
  expect(await listed()).toEqual([made.json]);

  const ended = await expire(id);
  expect(ended.json).toMatchObject({ id, state: 'expired', expiredBy: 'key:the-responder' });
  expect(await expire(id)).toMatchObject({ status: 409, json: { code: 'silence_expired' } });
  expect(await listed()).toEqual([]);
  expect(await listed('?state=expired')).toEqual([ended.json]);
  expect((await gateway.call(`/api/silences/${id}`)).json).toEqual(ended.json);

  const entries = await gateway.store
    .selectFrom('audit_entries')
    .select(['kind', 'actor'])
    .where('kind', 'like', 'silence%')
    .orderBy('seq')
    .execute();
  expect(entries).toEqual([
    { kind: 'silence_created', actor: 'key:the-responder' },
    { kind: 'silence_expired', actor: 'key:the-responder' },
  ]);
});

it.each([
  ['no end', {}],
  ['two ends', { forMs: 1_000, endsAt: '2099-01-01T00:00:00Z' }],
  ['an end in the past', { endsAt: '2020-01-01T00:00:00Z' }],
  ['more than 90 days', { endsAt: '2099-01-01T00:00:00Z' }],
  ['no reason', { forMs: 1_000, reason: '  ' }],
  ['no matcher', { forMs: 1_000, matchers: [] }],
  ['matchers that match everything', { forMs: 1_000, matchers: ['severity=~".*"'] }],
  ['a matcher that cannot be read', { forMs: 1_000, matchers: ['severity=~"("'] }],
])('refuses one with %s', async (_what, body) => {
  expect((await create(body)).status).toBe(400);
});

it('knows a silence that is still to come', async () => {
  const startsAt = new Date(Date.now() + 60_000).toISOString();
  const made = await create({ startsAt, forMs: 60_000 });
  expect(made.json).toMatchObject({ state: 'pending', startsAt });
  expect((await expire(made.json.id)).json.state).toBe('expired');
});
