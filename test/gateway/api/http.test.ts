import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Router } from 'express';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createMetrics } from '../../../src/gateway/metrics.ts';
import { GatewayStartError, startGateway } from '../../../src/gateway/server.ts';
import { openDatabase } from '../../../src/store/database.ts';
import { cuttableLine } from './cuttable-line.ts';
import { startTestGateway, type TestGateway } from './gateway.ts';
import { seedIncident } from './seed.ts';
import { soon } from './soon.ts';

let gateway: TestGateway;
let ready = true;
let consoleDir: string;
beforeAll(async () => {
  consoleDir = await mkdtemp(join(tmpdir(), 'firebreak-console-'));
  gateway = await startTestGateway({
    consoleDir,
    readiness: async () => ({ ready, checks: { worker: { ok: ready, detail: 'polls' } } }),
    alerts: Router().post('/alerts/boom', () => {
      throw new Error('secret insides');
    }),
  });
});
afterAll(async () => {
  await gateway.close();
  await rm(consoleDir, { recursive: true });
});

describe('what is refused', () => {
  const post = (body: string | undefined, headers: Record<string, string>) =>
    gateway.call('/api/incidents/x/commands', { method: 'POST', body, headers });

  it.each<[string, number, string, () => ReturnType<typeof post>]>([
    ['an unknown path', 404, 'no_such_path', () => gateway.call('/api/nothing')],
    [
      'an unknown path of the site',
      404,
      'no_such_path',
      () => gateway.call('/.env', { headers: { accept: '*/json' } }),
    ],
    ['another method', 405, 'method_not_allowed', () => gateway.call('/api/incidents', { method: 'PUT' })],
    [
      'a form',
      415,
      'unsupported_media_type',
      () => post('a=1', { 'content-type': 'application/x-www-form-urlencoded' }),
    ],
    ['text', 415, 'unsupported_media_type', () => post('{"type":"acknowledge"}', { 'content-type': 'text/plain' })],
    ['half of JSON', 400, 'malformed_json', () => post('{"type":', {})],
    ['JSON that is no object', 400, 'malformed_json', () => post('"x"', {})],
    ['a list', 400, 'invalid_request', () => post('[]', {})],
    ['a compressed body', 415, 'unsupported_media_type', () => post('{}', { 'content-encoding': 'gzip' })],
    ['a body that is too large', 413, 'body_too_large', () => post(JSON.stringify({ x: 'x'.repeat(300_000) }), {})],
    ['a bad id', 400, 'invalid_request', () => gateway.call('/api/incidents/..%2f..%2fetc')],
    ['a bad path', 400, 'malformed_path', () => gateway.call('/api/incidents/%zz')],
  ])('%s is a problem with a code', async (_what, status, code, ask) => {
    const answer = await ask();
    expect([answer.status, answer.json.code]).toEqual([status, code]);
    expect(answer.headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
    expect(answer.json.requestId).toBe(answer.headers.get('x-request-id'));
  });

  it('tells nothing of our insides; the log does', async () => {
    const answer = await gateway.call('/alerts/boom', { method: 'POST' });
    expect(answer.status).toBe(500);
    expect(answer.text).not.toContain('secret insides');
    expect(gateway.logged.join('')).toContain('secret insides');
    expect(answer.json.requestId).toBe(answer.headers.get('x-request-id'));
  });

  it('allows no other origin anything', async () => {
    const headers = { origin: 'https://evil.test', 'access-control-request-method': 'GET' };
    const preflight = await gateway.call('/api/incidents', { method: 'OPTIONS', headers });
    expect([...preflight.headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([]);
  });
});

describe('every answer', () => {
  it('has headers that keep browsers strict and caches away', async () => {
    const { headers } = await gateway.call('/api/incidents');
    expect(headers.get('content-security-policy')).toMatch(/^default-src 'none';script-src 'self';/);
    expect(headers.get('content-security-policy')).not.toMatch(/unsafe|upgrade-insecure/);
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('strict-transport-security')).toBeNull();
    expect(headers.get('x-powered-by')).toBeNull();
  });

  it('carries the id of its request, ours or a harmless one that came', async () => {
    const id = async (given?: string) =>
      (await gateway.call('/healthz', { headers: given ? { 'x-request-id': given } : {} })).headers.get('x-request-id');
    expect(await id('trace-12345678')).toBe('trace-12345678');
    expect(await id('x')).toMatch(/^[0-9a-f]{12}-\w+$/);
    expect(await id()).not.toBe(await id());
  });
});

describe('health and metrics', () => {
  it('says whether an alert would be handled', async () => {
    expect((await gateway.call('/healthz', { key: null })).json).toEqual({ status: 'ok' });
    expect((await gateway.call('/readyz', { key: null })).status).toBe(200);
    ready = false;
    const answer = await gateway.call('/readyz', { key: null });
    ready = true;
    expect(answer.status).toBe(503);
    expect(answer.json.checks.worker.ok).toBe(false);
  });

  it('gives Prometheus what is going on, by the pattern of each route', async () => {
    const incidentId = await seedIncident(gateway.store, { severity: 'critical' });
    await gateway.call(`/api/incidents/${incidentId}`);
    const { text } = await gateway.call('/metrics', { key: null });
    expect(text).toContain('firebreak_incidents_open{status="triage",severity="critical"} 1');
    expect(text).toContain('firebreak_store_up 1');
    expect(text).toMatch(/firebreak_http_request_duration_seconds_count\{.*route="\/api\/incidents\/:id".*\} \d/);
    expect(text).not.toContain(incidentId);
  });

  it('asks whoever comes through a proxy for a key', async () => {
    const headers = { 'x-forwarded-for': '198.51.100.1' };
    expect((await gateway.call('/metrics', { key: null, headers })).status).toBe(401);
    expect((await gateway.call('/metrics', { key: 'viewer', headers })).status).toBe(200);
  });
});

describe('the console', () => {
  const page = (path: string) => gateway.call(path, { key: null, headers: { accept: 'text/html' } });

  it('says how to build it when it is not there', async () => {
    const answer = await page('/');
    expect(answer.headers.get('content-type')).toMatch(/^text\/html/);
    expect(answer.text).toContain('npm run build:console');
  });

  it('is served with its page at every address of its own', async () => {
    await mkdir(join(consoleDir, 'assets'));
    await writeFile(join(consoleDir, 'index.html'), '<title>Console</title>');
    await writeFile(join(consoleDir, 'assets/app-1a2b.js'), 'let x;');
    for (const path of ['/', '/incidents/abc', '/approvals?x=1']) {
      const answer = await page(path);
      expect([answer.status, answer.text]).toEqual([200, '<title>Console</title>']);
      expect(answer.headers.get('cache-control')).toBe('no-cache');
    }
    const asset = await gateway.call('/assets/app-1a2b.js', { key: null });
    expect([asset.text, asset.headers.get('cache-control')]).toEqual(['let x;', 'public, max-age=31536000, immutable']);
    expect((await page('/api/nothing')).status).toBe(404);
    expect((await page('/assets/../../../etc/passwd')).text).toBe('<title>Console</title>');
    expect((await page('/%2e%2e/%2e%2e/etc/passwd')).text).not.toContain('root:');
  });
});

describe('starting and stopping', () => {
  it('names the port that is in use and what to do', async () => {
    const port = Number(new URL(gateway.url).port);
    const error = await startGateway(gateway.deps, { port, bind: '127.0.0.1' }).catch((caught) => caught);
    expect(error).toBeInstanceOf(GatewayStartError);
    expect(error.message).toBe(
      `Port ${port} on 127.0.0.1 is in use by another program: stop it, or set PORT to a free port.`,
    );
    const elsewhere = await startGateway(gateway.deps, { port: 0, bind: '192.0.2.1' }).catch((caught) => caught);
    expect(elsewhere.message).toContain('FIREBREAK_BIND is 192.0.2.1');
  });

  it('lets a request that is under way end', async () => {
    const own = await startTestGateway({
      readiness: async () => {
        await new Promise((resolve) => setTimeout(resolve, 200));
        return { ready: true, checks: {} };
      },
    });
    const asked = own.call('/readyz');
    await new Promise((resolve) => setTimeout(resolve, 50));
    await own.close();
    expect((await asked).status).toBe(200);
  });
});

describe('when Postgres is away', () => {
  it('answers 503 and when to try again, and works when it is back', async () => {
    const line = await cuttableLine(gateway.databaseUrl);
    const store = openDatabase({ url: line.url });
    const own = await startTestGateway({ store, databaseUrl: line.url, metrics: createMetrics(store) });
    line.cut();
    const answer = await own.call('/api/incidents', { key: gateway.keys.viewer });
    expect([answer.status, answer.json.code]).toEqual([503, 'store_unavailable']);
    expect(answer.headers.get('retry-after')).toBe('5');
    expect((await own.call('/metrics', { key: null })).text).toContain('firebreak_store_up 0');
    expect((await own.call('/healthz', { key: null })).status).toBe(200);
    line.mend();
    const status = async () => (await own.call('/api/incidents', { key: gateway.keys.viewer })).status;
    await soon(status).toBe(200);
    await own.close();
    await store.destroy();
    await line.close();
  });
});
