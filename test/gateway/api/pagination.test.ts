import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestGateway, type TestGateway } from './gateway.ts';
import { seedIncident } from './seed.ts';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startTestGateway();
});
afterAll(() => gateway.close());

let services = 0;

it('gives every incident exactly once, however many open while someone reads', async () => {
  const when = fc.integer({ min: 0, max: 5 }).map((minute) => `2026-11-20T10:0${minute}:00.000Z`);
  await fc.assert(
    fc.asyncProperty(
      fc.array(when, { minLength: 1, maxLength: 25 }),
      fc.array(when, { maxLength: 5 }),
      fc.integer({ min: 1, max: 7 }),
      async (openedAt, openedMeanwhile, limit) => {
        services += 1;
        const service = `service-${services}`;
        const there: string[] = [];
        // Many at the very same moment: the order among those is by id.
        for (const at of openedAt) there.push(await seedIncident(gateway.store, { openedAt: at, service }));
        const read: string[] = [];
        let cursor = '';
        do {
          const { json } = await gateway.call(`/api/incidents?service=${service}&limit=${limit}${cursor}`);
          read.push(...json.items.map((item: { id: string }) => item.id));
          expect(json.items.length).toBeLessThanOrEqual(limit);
          cursor = json.next === null ? '' : `&cursor=${json.next}`;
          const at = openedMeanwhile.pop();
          if (at) await seedIncident(gateway.store, { openedAt: at, service });
        } while (cursor !== '');
        expect(new Set(read).size).toBe(read.length);
        expect(there.filter((id) => !read.includes(id))).toEqual([]);
      },
    ),
    { numRuns: 25 },
  );
});

it('pages by the microseconds that Postgres keeps', async () => {
  const there: string[] = [];
  for (const micros of ['000001', '000002', '000003']) {
    there.unshift(await seedIncident(gateway.store, { openedAt: `2026-11-20T10:00:00.${micros}Z`, service: 'micro' }));
  }
  const first = await gateway.call('/api/incidents?service=micro&limit=1');
  const rest = await gateway.call(`/api/incidents?service=micro&cursor=${first.json.next}`);
  expect([...first.json.items, ...rest.json.items].map((item) => item.id)).toEqual(there);
});
