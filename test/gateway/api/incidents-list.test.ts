import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestGateway, type TestGateway } from './gateway.ts';
import { seedIncident } from './seed.ts';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startTestGateway();
});
afterAll(() => gateway.close());

const ids = (json: { items: { id: string }[] }): string[] => json.items.map((item) => item.id);

describe('the list of incidents', () => {
  it('shows what the contract says, newest first', async () => {
    const older = await seedIncident(gateway.store, { openedAt: '2026-11-20T10:00:00.000Z', service: 'checkout' });
    const newer = await seedIncident(gateway.store, { openedAt: '2026-11-21T10:00:00.000Z', severity: 'critical' });
    const { json } = await gateway.call('/api/incidents', { key: 'viewer' });
    expect(ids(json)).toEqual([newer, older]);
    expect(json.next).toBeNull();
    expect(json.items[1]).toMatchObject({
      id: older,
      status: 'triage',
      severity: 'high',
      service: 'checkout',
      alertCount: 0,
      openedAt: '2026-11-20T10:00:00.000Z',
      url: `http://firebreak.test/incidents/${older}`,
    });
  });

  it('has the most urgent first when asked for, what is not triaged last, each once over all pages', async () => {
    const service = 'sorted';
    const seeded = (priority: 1 | 2 | 3 | null, day: number) => async () => {
      const id = await seedIncident(gateway.store, { service, openedAt: `2026-11-0${day}T10:00:00.000Z` });
      await gateway.store.updateTable('incidents').set({ priority }).where('incident_id', '=', id).execute();
      return id;
    };
    const made: string[] = [];
    for (const seed of [seeded(null, 9), seeded(2, 3), seeded(1, 1), seeded(2, 5), seeded(1, 2)]) {
      made.push(await seed());
    }
    const [untriaged, olderSecond, older, second, newer] = made;
    const paged: string[] = [];
    for (let cursor = ''; ; ) {
      const { json } = await gateway.call(`/api/incidents?service=${service}&sort=priority&limit=2${cursor}`);
      paged.push(...ids(json));
      if (json.next === null) break;
      cursor = `&cursor=${json.next}`;
    }
    expect(paged).toEqual([newer, older, second, olderSecond, untriaged]);
  });

  it('shows the priority and the clocks of the SLA, in the list and in full', async () => {
    const openedAt = new Date(Date.now() - 20 * 60_000).toISOString();
    const later = (minutes: number) => new Date(Date.parse(openedAt) + minutes * 60_000);
    const id = await seedIncident(gateway.store, { openedAt, service: 'clocked' });
    const clocks = { acknowledge_by: later(15), recover_by: later(60) };
    await gateway.store
      .updateTable('incidents')
      .set({ priority: 2, ...clocks })
      .where('incident_id', '=', id)
      .execute();
    const expected = {
      priority: 2,
      sla: {
        acknowledge: { by: later(15).toISOString(), at: null, state: 'breached' },
        recover: { by: later(60).toISOString(), at: null, state: 'due' },
      },
    };
    expect((await gateway.call('/api/incidents?service=clocked')).json.items[0]).toMatchObject(expected);
    expect((await gateway.call(`/api/incidents/${id}`)).json).toMatchObject(expected);
  });

  it('filters by status, severity, service and whether it is open', async () => {
    const closed = await seedIncident(gateway.store, { status: 'closed', severity: 'low', service: 'billing' });
    const merged = await seedIncident(gateway.store, { status: 'merged', severity: 'info', service: 'billing' });
    const review = await seedIncident(gateway.store, { status: 'review', severity: 'low', service: 'billing' });
    const found = async (query: string) =>
      ids((await gateway.call(`/api/incidents?service=billing&${query}`)).json).sort();
    expect(await found('')).toEqual([closed, merged, review].sort());
    expect(await found('status=closed')).toEqual([closed]);
    expect(await found('status=closed,review')).toEqual([closed, review].sort());
    expect(await found('status=closed&status=merged')).toEqual([closed, merged].sort());
    expect(await found('severity=info')).toEqual([merged]);
    expect(await found('open=true')).toEqual([review]);
    expect(await found('open=false')).toEqual([closed, merged].sort());
    expect(await found('open=true&status=closed')).toEqual([]);
  });

  it('finds words, parts of words and ids', async () => {
    const id = await seedIncident(gateway.store, {
      title: 'Brute force against vpn-gw1 from 203.0.113.77',
      service: 'vpn',
    });
    const found = async (q: string) => ids((await gateway.call(`/api/incidents?q=${encodeURIComponent(q)}`)).json);
    for (const q of ['brute', 'vpn-gw1', '203.0.113.77', '.113.7', 'force against', 'vpn brute', id, ' BRUTE ']) {
      expect(await found(q), q).toContain(id);
    }
    expect(await found('brute -vpn')).not.toContain(id);
    expect(await found('nobody wrote this')).toEqual([]);
  });

  it('takes % and _ in a search as they are', async () => {
    const id = await seedIncident(gateway.store, { title: 'Disk 100% full on data_1' });
    const found = async (q: string) => ids((await gateway.call(`/api/incidents?q=${encodeURIComponent(q)}`)).json);
    expect(await found('100%')).toEqual([id]);
    expect(await found('data_1')).toEqual([id]);
    expect(await found('%')).toEqual([id]);
    expect(await found('a_1')).toEqual([id]);
  });

  it('answers any search text, however hostile, without an error and without changing anything', async () => {
    const before = await gateway.store.selectFrom('incidents').select('incident_id').execute();
    const hostile = [
      "'; drop table incidents; --",
      "' or '1'='1",
      '<script>alert(1)</script>',
      '\\',
      'nul \0 byte',
      '%00',
      "a' & !b | (c",
      '"unclosed',
      ':*',
      '\u{1f525}',
      '$1',
    ];
    for (const q of hostile) {
      const expected = q.includes('\0') ? 400 : 200;
      expect((await gateway.call(`/api/incidents?q=${encodeURIComponent(q)}`)).status, q).toBe(expected);
    }
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 60 }), async (q) => {
        const answer = await gateway.call(`/api/incidents?q=${encodeURIComponent(q.toWellFormed())}&limit=1`);
        expect([200, 400]).toContain(answer.status);
      }),
      { numRuns: 60 },
    );
    const after = await gateway.store.selectFrom('incidents').select('incident_id').execute();
    expect(after).toHaveLength(before.length);
  });

  it.each([
    ['limit=0', 'query.limit'],
    ['limit=201', 'query.limit'],
    ['limit=ten', 'query.limit'],
    ['status=open', 'query.status.0'],
    ['severity=bad', 'query.severity.0'],
    ['open=perhaps', 'query.open'],
    [`q=${'x'.repeat(201)}`, 'query.q'],
  ])('names what is wrong in ?%s', async (query, path) => {
    const { status, json } = await gateway.call(`/api/incidents?${query}`);
    expect(status).toBe(400);
    expect(json).toMatchObject({ code: 'invalid_request', errors: [{ path }] });
  });

  const cursorOf = (...place: unknown[]) => Buffer.from(JSON.stringify(place)).toString('base64url');
  it.each([
    'x',
    'bm90IGpzb24',
    '%00',
    'a'.repeat(300),
    cursorOf('now', 'x'),
    cursorOf('2026-02-30 10:00:00+00', 'x'),
    cursorOf('2026-02-20 10:00:00+99', 'x'),
    cursorOf('2026-02-20 10:00:00+00', 'a\0'),
    cursorOf('2026-02-20 10:00:00+00', 1),
  ])('refuses the cursor %s, which it never gave', async (cursor) => {
    const { status, json } = await gateway.call(`/api/incidents?cursor=${cursor}`);
    expect(status).toBe(400);
    expect(json.code).toMatch(/invalid_cursor|invalid_request/);
  });
});
