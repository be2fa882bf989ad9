import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listenForChanges } from '../../../src/gateway/events/changes.ts';
import { mostReaders } from '../../../src/gateway/events/route.ts';
import { acceptAlerts } from '../../../src/store/inbox.ts';
import { createSilence, expireSilence } from '../../../src/store/silences.ts';
import { alertLike, minute, requestOf } from '../../support/alerts.ts';
import { cuttableLine } from '../api/cuttable-line.ts';
import { startTestGateway, type TestGateway } from '../api/gateway.ts';
import { seedApproval, seedContainment, seedIncident } from '../api/seed.ts';
import { soon } from '../api/soon.ts';

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
  await soon(() => text).toContain('retry:');
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
    await soon(reader.incidents).toContain(incidentId);
    const assign = gateway.store.updateTable('incidents').set({ assignee: 'bo' }).where('incident_id', '=', incidentId);
    const changes = [
      () => assign.execute(),
      () => seedApproval(gateway.store, incidentId),
      () => seedContainment(gateway.store, incidentId),
    ];
    const lateByMs: number[] = [];
    for (const change of [...changes, ...Array(6).fill(changes[0])]) {
      const seen = reader.incidents().length;
      await change();
      const committed = performance.now();
      while (reader.incidents().length === seen) await sleep(1);
      lateByMs.push(performance.now() - committed);
    }
    reader.stop();
    // The median: this machine may be doing other things.
    expect(lateByMs.sort((a, b) => a - b)[4]).toBeLessThan(200);
  });

  it('reach everyone who watches, over one connection to Postgres', async () => {
    const readers = await Promise.all(Array.from({ length: 20 }, () => read(gateway.url, gateway.keys.viewer)));
    const incidentId = await seedIncident(gateway.store);
    for (const reader of readers) await soon(reader.incidents).toContain(incidentId);
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

  it('of alerts that belong to no incident, and of silences, are told too', async () => {
    const reader = await read(gateway.url, gateway.keys.viewer);
    const told = () => reader.text().match(/event: suppressed\ndata: \{\}/g)?.length ?? 0;
    const at = new Date().toISOString();
    const silence = {
      matchers: ['alertname="Quiet"'],
      owner: 'key:ana',
      reason: 'moving disks',
      startsAt: minute(0),
      at,
    };
    await createSilence(gateway.store, { silenceId: 'quiet', ...silence, endsAt: minute(600_000) });
    await soon(told).toBe(1);
    const quiet = alertLike({ fingerprint: 'quiet', labels: { alertname: 'Quiet' } });
    await acceptAlerts(gateway.store, [requestOf([quiet])]);
    await soon(told).toBe(2);
    // A mere repeat changes nothing that is shown; what comes after it does.
    await acceptAlerts(gateway.store, [requestOf([quiet])]);
    await acceptAlerts(gateway.store, [requestOf([{ ...quiet, status: 'resolved', endsAt: minute(3) }])]);
    await soon(told).toBe(3);
    await expireSilence(gateway.store, 'quiet', 'key:ana', new Date().toISOString());
    await soon(told).toBe(4);
    reader.stop();
  });

  it('that a reader may have missed while it was away make it read all again', async () => {
    const first = await read(gateway.url, gateway.keys.viewer);
    expect(first.text()).not.toContain('event: resync');
    first.stop();
    for (const lastEvent of ['17', 'not-ours']) {
      const again = await read(gateway.url, gateway.keys.viewer, { 'last-event-id': lastEvent });
      await soon(again.text).toContain('event: resync');
      again.stop();
    }
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
    changes.subscribe((change) => heard.push(change.kind === 'incident' ? change.incidentId : change.kind));
    await soon(changes.isConnected).toBe(true);
    line.cut();
    await soon(changes.isConnected).toBe(false);
    await seedIncident(gateway.store);
    line.mend();
    await soon(() => heard).toContain('resync');
    const incidentId = await seedIncident(gateway.store);
    await soon(() => heard).toContain(incidentId);
    await changes.close();
    await line.close();
  });
});
