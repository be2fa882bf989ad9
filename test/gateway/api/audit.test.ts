import { afterAll, beforeAll, expect, it } from 'vitest';
import { readExport } from '../../../src/audit/export.ts';
import { genesis, nextPosition } from '../../../src/core/audit/chain.ts';
import type { Checkpoint } from '../../../src/core/audit/checkpoint.ts';
import { leafHash, type StoredEntry } from '../../../src/core/audit/entry.ts';
import { appendAudit } from '../../../src/store/audit.ts';
import { insertCheckpoint } from '../../../src/store/checkpoints.ts';
import { startTestGateway, type TestGateway } from './gateway.ts';

let gateway: TestGateway;
const publicKey = '-----BEGIN PUBLIC KEY-----\nMCow\n-----END PUBLIC KEY-----\n';
const checkpoint = (size: number): Checkpoint => ({
  ...{ version: 1, size, root: '0'.repeat(64), head: '1'.repeat(64), at: '2026-11-20T10:00:00.000Z' },
  ...{ keyId: '0123456789abcdef', previous: null, signature: 'AAAA' },
});
/** More than one batch of the export. */
const appended = 2_300;

beforeAll(async () => {
  gateway = await startTestGateway({ auditPublicKey: async () => publicKey });
  await gateway.store.transaction().execute((trx) =>
    appendAudit(
      trx,
      Array.from({ length: appended }, (_, n) => ({
        ...{
          at: '2026-11-20T10:00:00.000Z',
          actor: 'firebreak',
          kind: n % 2 ? 'odd' : 'even',
          incidentId: `i${n % 3}`,
        },
        data: { n, text: '"\n\u{1f525}' },
      })),
    ),
  );
  for (const size of [10, 20, 30])
    await insertCheckpoint(gateway.store, checkpoint(size), [], '2026-11-20T10:00:00.000Z');
});
afterAll(() => gateway.close());

async function readAll(query: string): Promise<StoredEntry[]> {
  const entries: StoredEntry[] = [];
  for (let cursor = ''; ; ) {
    const { json } = await gateway.call(`/api/audit?limit=1000&${query}${cursor}`, { key: 'viewer' });
    entries.push(...json.items);
    if (json.next === null) return entries;
    cursor = `&cursor=${json.next}`;
  }
}

it('gives every entry in order, so that the chain can be computed again from it', async () => {
  const entries = await readAll('');
  let position = genesis;
  for (const entry of entries) {
    position = nextPosition(position, leafHash(entry.body));
    expect(entry).toMatchObject({ seq: position.size, hash: position.head });
  }
  expect(entries.length).toBeGreaterThanOrEqual(appended);
});

it('gives the newest first on request, each entry once', async () => {
  const forwards = await readAll('');
  const backwards = await readAll('order=desc');
  expect(backwards.map(({ seq }) => seq)).toEqual(forwards.map(({ seq }) => seq).reverse());
  const odd = await readAll('order=desc&kind=odd&after=2000');
  expect(odd.every(({ seq, kind }) => seq > 2_000 && kind === 'odd')).toBe(true);
});

it('filters by incident and kind, and goes on after a seq', async () => {
  const entries = await readAll('incident=i1&kind=odd');
  const numbers = entries.map((entry) => JSON.parse(entry.body).data.n);
  expect(numbers.length).toBeGreaterThan(300);
  expect(numbers.every((n) => n % 3 === 1 && n % 2 === 1)).toBe(true);
  const { json } = await gateway.call(`/api/audit?after=${entries[0]?.seq}&incident=i1&kind=odd&limit=1`);
  expect(json.items[0].seq).toBe(entries[1]?.seq);
});

it('lists checkpoints, newest first, in pages', async () => {
  const first = (await gateway.call('/api/audit/checkpoints?limit=2')).json;
  const second = (await gateway.call(`/api/audit/checkpoints?limit=2&cursor=${first.next}`)).json;
  expect([...first.items, ...second.items].map((item) => item.size)).toEqual([30, 20, 10]);
  expect(first.items[0].checkpoint).toEqual(checkpoint(30));
});

it('exports the log in the form that verification reads, whole', async () => {
  const response = await fetch(`${gateway.url}/api/audit/export`, {
    headers: { authorization: `Bearer ${gateway.keys.viewer}` },
  });
  expect(response.headers.get('content-type')).toMatch(/^application\/x-ndjson/);
  const body = new Uint8Array(await response.arrayBuffer());
  const read = await readExport(
    (async function* () {
      yield body;
    })(),
    'the export',
  );
  expect(read.publicKey).toBe(publicKey);
  expect(read.checkpoints.map(({ size }) => size)).toEqual([10, 20, 30]);
  const entries: StoredEntry[] = [];
  for await (const entry of read.entries) entries.push(entry);
  expect(entries).toEqual(await readAll(''));
  expect(read.ending()).toEqual({ kind: 'whole', size: entries.length, head: entries.at(-1)?.hash });
});
