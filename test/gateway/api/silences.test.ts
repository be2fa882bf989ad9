import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mostSilences } from '../../../src/store/silences.ts';
import { startTestGateway, type TestGateway } from './gateway.ts';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startTestGateway();
});
afterAll(() => gateway.close());

const matchers = ['alertname="DiskFull"', 'instance=~"db-.+"'];
const create = (body: object, headers: Record<string, string> = {}, key = 'responder') =>
  gateway.call('/api/silences', { method: 'POST', key, headers, body: { matchers, reason: 'moving disks', ...body } });
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

describe('with an Idempotency-Key', () => {
  const under = (key: string) => ({ 'idempotency-key': key });
  const countMade = async (id: string) =>
    (await gateway.store.selectFrom('audit_entries').select('seq').where('key', '=', `silence/${id}`).execute()).length;

  it('one is made, also when it is asked for again at the same time and later', async () => {
    const body = { forMs: 60_000, reason: 'asked at once' };
    const answers = await Promise.all(Array.from({ length: 6 }, () => create(body, under('at-once'))));
    expect(answers.map(({ status }) => status)).toEqual(Array(6).fill(201));
    const made = answers[0]?.json;
    expect(answers.map(({ json }) => json)).toEqual(Array(6).fill(made));
    expect((await create(body, under('at-once'))).json).toEqual(made);
    const listed = (await gateway.call('/api/silences')).json.items as { reason: string }[];
    expect(listed.filter(({ reason }) => reason === body.reason)).toEqual([made]);
    expect(await countMade(made.id)).toBe(1);
  });

  it('a repeat shows the silence as it stands then, and begins none anew', async () => {
    const endsAt = new Date(Date.now() + 60_000).toISOString();
    const { id } = (await create({ endsAt }, under('ended'))).json;
    const ended = await expire(id);
    expect(await create({ endsAt }, under('ended'))).toMatchObject({ status: 201, json: ended.json });
  });

  it('another request is refused, also at the same time', async () => {
    await create({ forMs: 60_000 }, under('reused'));
    for (const other of [
      { forMs: 60_001 },
      { forMs: 60_000, reason: 'else' },
      { forMs: 60_000, matchers: ['a="b"'] },
    ]) {
      expect(await create(other, under('reused'))).toMatchObject({
        status: 409,
        json: { code: 'idempotency_key_reused' },
      });
    }
    const raced = await Promise.all([1, 2, 3].map((forMs) => create({ forMs: forMs * 60_000 }, under('raced'))));
    expect(raced.map(({ status }) => status).sort()).toEqual([201, 409, 409]);
  });

  it("another person's key is another person's", async () => {
    const [ours, theirs] = [
      await create({ forMs: 60_000 }, under('shared')),
      await create({ forMs: 60_001 }, under('shared'), 'admin'),
    ];
    expect(theirs.status).toBe(201);
    expect(theirs.json.id).not.toBe(ours.json.id);
  });

  it('that is none is refused', async () => {
    expect((await create({ forMs: 60_000 }, under('no spaces'))).status).toBe(400);
  });

  it('without one, each request makes a silence', async () => {
    const [one, two] = [await create({ forMs: 60_000 }), await create({ forMs: 60_000 })];
    expect(one.json.id).not.toBe(two.json.id);
  });

  it('a repeat is answered when there are as many as there may be', async () => {
    const made = await create({ forMs: 600_000 }, under('last'));
    const row = { matchers: '["a=\\"b\\""]', owner: 'key:test', reason: 'many', created_at: new Date() };
    const times = { starts_at: new Date(), ends_at: new Date(Date.now() + 600_000) };
    const rows = Array.from({ length: mostSilences }, (_, n) => ({ silence_id: `many-${n}`, ...row, ...times }));
    await gateway.store.insertInto('silences').values(rows).execute();
    expect((await create({ forMs: 600_000 }, under('last'))).json).toEqual(made.json);
    expect((await create({ forMs: 600_000 })).json.code).toBe('too_many_silences');
  });
});
