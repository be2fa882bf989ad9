import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listenForChanges } from '../../../src/gateway/events/changes.ts';
import { mostReaders } from '../../../src/gateway/events/route.ts';
import { cuttableLine } from '../api/cuttable-line.ts';
import { startTestGateway, type TestGateway } from '../api/gateway.ts';
import { seedApproval, seedContainment, seedIncident } from '../api/seed.ts';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startTestGateway();
});
afterAll(() => gateway.close());

interface Reader {
  text(): string;
  incidents(): string[];
  /** Resolves when the server ended the stream. */
  ended: Promise<void>;
  stop(): void;
}

async function read(url: string, key: string, headers: Record<string, string> = {}): Promise<Reader> {
  const abort = new AbortController();
  const response = await fetch(`${url}/api/events`, {
    signal: abort.signal,
    headers: { authorization: `Bearer ${key}`, ...headers },
  });
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toMatch(/^text\/event-stream/);
  let text = '';
  const ended = (async () => {
    const decoder = new TextDecoder();
    for await (const chunk of response.body ?? []) text += decoder.decode(chunk, { stream: true });
  })().catch(() => {});
  await expect.poll(() => text).toContain('retry:');
  return {
    text: () => text,
    incidents: () =>
      [...text.matchAll(/event: incident\ndata: \{"incidentId":"(\w+)"\}/g)].map((match) => match[1] ?? ''),
    ended,
    stop: () => abort.abort(),
  };
}

describe('live changes', () => {
  it('are heard within 200 ms: an incident, its approvals, its containments', async () => {
    const reader = await read(gateway.url, gateway.keys.viewer);
    const incidentId = await seedIncident(gateway.store);
    await expect.poll(reader.incidents, { timeout: 5_000 }).toContain(incidentId);
    const assign = gateway.store.updateTable('incidents').set({ assignee: 'bo' }).where('incident_id', '=', incidentId);
    const changes = [
      () => assign.execute(),
      () => seedApproval(gateway.store, incidentId),
      () => seedContainment(gateway.store, incidentId),
    ];
    const lateByMs: number[] = [];
    for (const change of changes) {
      const seen = reader.incidents().length;
      await change();
      const committed = performance.now();
      while (reader.incidents().length === seen) await sleep(1);
      lateByMs.push(performance.now() - committed);
    }
    reader.stop();
    expect(Math.max(...lateByMs)).toBeLessThan(200);
  });

  it('reach everyone who watches, over one connection to Postgres', async () => {
    const readers = await Promise.all(Array.from({ length: 20 }, () => read(gateway.url, gateway.keys.viewer)));
    const incidentId = await seedIncident(gateway.store);
    for (const reader of readers) await expect.poll(reader.incidents).toContain(incidentId);
    const listening = await sql<{ n: number }>`select count(*)::int as n from pg_stat_activity
      where datname = current_database() and application_name = 'firebreak live changes'`.execute(gateway.store);
    expect(listening.rows).toEqual([{ n: 1 }]);
    for (const reader of readers) reader.stop();
  });

  it('in a storm of one incident are told together', async () => {
    const reader = await read(gateway.url, gateway.keys.viewer);
    const incidentId = await seedIncident(gateway.store);
    const update = (n: number) =>
      gateway.store.updateTable('incidents').set({ alert_count: n }).where('incident_id', '=', incidentId).execute();
    await Promise.all(Array.from({ length: 300 }, (_, n) => update(n)));
    await sleep(200);
    const told = reader.incidents().filter((id) => id === incidentId).length;
    expect(told).toBeGreaterThan(0);
    expect(told).toBeLessThan(100);
    reader.stop();
  });

  it('that a reader may have missed while it was away make it read all again', async () => {
    const first = await read(gateway.url, gateway.keys.viewer);
    expect(first.text()).not.toContain('event: resync');
    first.stop();
    for (const lastEvent of ['17', 'not-ours']) {
      const again = await read(gateway.url, gateway.keys.viewer, { 'last-event-id': lastEvent });
      await expect.poll(again.text).toContain('event: resync');
      again.stop();
    }
  });

  it('pile up nowhere when a reader does not read', async () => {
    // A raw socket that never reads: the kernel's buffers fill, then ours must not.
    const socket = connect(Number(new URL(gateway.url).port), '127.0.0.1');
    socket.pause();
    socket.write(`GET /api/events HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${gateway.keys.viewer}\r\n\r\n`);
    await sleep(200);
    const notify = async (count: number) => {
      const ids = Array.from({ length: count }, (_, n) => `${'x'.repeat(900)}${n}`);
      await sql`select pg_notify('firebreak_incidents', id) from unnest(${ids}::text[]) id`.execute(gateway.store);
    };
    const heapBefore = process.memoryUsage();
    for (let n = 0; n < 40; n += 1) {
      await notify(900);
      await sleep(25);
    }
    // 36,000 notifications of 900 bytes are 32 MB; kept for the reader are 1 MB at most.
    const { external, arrayBuffers } = process.memoryUsage();
    expect(external + arrayBuffers - heapBefore.external - heapBefore.arrayBuffers).toBeLessThan(16_000_000);
    const other = await read(gateway.url, gateway.keys.viewer);
    const incidentId = await seedIncident(gateway.store);
    await expect.poll(other.incidents).toContain(incidentId);
    other.stop();
    socket.destroy();
  });

  it('are for a bounded number of readers; the next one is told to come later', async () => {
    const own = await startTestGateway();
    const readers = await Promise.all(Array.from({ length: mostReaders }, () => read(own.url, own.keys.viewer)));
    const answer = await own.call('/api/events');
    expect([answer.status, answer.json.code]).toEqual([503, 'too_many_readers']);
    expect(answer.headers.get('retry-after')).not.toBeNull();
    readers.pop()?.stop();
    await expect
      .poll(
        async () =>
          (await fetch(`${own.url}/api/events`, { headers: { authorization: `Bearer ${own.keys.viewer}` } })).status,
      )
      .toBe(200);
    await own.close();
    await Promise.all(readers.map((reader) => reader.ended));
  });

  it('end when the gateway does', async () => {
    const own = await startTestGateway();
    const reader = await read(own.url, own.keys.viewer);
    await own.close();
    await reader.ended;
  });
});

describe('listening', () => {
  it('goes on after Postgres was away, and tells that changes were missed', async () => {
    const line = await cuttableLine(gateway.databaseUrl);
    const changes = listenForChanges({ databaseUrl: line.url, log: gateway.deps.log });
    const heard: string[] = [];
    changes.subscribe((change) => heard.push(change.kind === 'resync' ? 'resync' : change.incidentId));
    await expect.poll(changes.isConnected).toBe(true);
    line.cut();
    await expect.poll(changes.isConnected).toBe(false);
    await seedIncident(gateway.store);
    line.mend();
    await expect.poll(() => heard, { timeout: 10_000 }).toContain('resync');
    const incidentId = await seedIncident(gateway.store);
    await expect.poll(() => heard).toContain(incidentId);
    await changes.close();
    await line.close();
  });
});
