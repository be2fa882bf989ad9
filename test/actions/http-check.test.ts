import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { httpCheck } from '../../src/actions/http-check.ts';
import { runAction } from '../../src/actions/runner.ts';
import { parseTargets, type Targets } from '../../src/actions/targets.ts';
import { runOptions } from './options.ts';

let server: Server;
let targets: Targets;
let url: string;
let answers: { status: number; body: string }[];
let requests: number;

beforeEach(async () => {
  requests = 0;
  answers = [{ status: 200, body: '{"status":"ok","parts":[{"a/b":true}]}' }];
  server = createServer((_, answer) => {
    const next = answers[Math.min(requests++, answers.length - 1)] ?? { status: 500, body: '' };
    answer.writeHead(next.status).end(next.body);
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/health`;
  targets = parseTargets(
    `services: { checkout: { supervisor: systemd, unit: checkout.service, directory: /srv/checkout, health: "${url}" } }`,
    'targets.yaml',
  );
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

const check = (params: Record<string, string | number | { pointer: string; equals: string | boolean }>) =>
  runAction(httpCheck, { withinMs: 2_000, intervalMs: 10, ...params }, runOptions({ targets }));

describe('http_check', () => {
  it('passes for the health URL of a configured service, by name and by URL', async () => {
    expect(await check({ service: 'checkout' })).toMatchObject({ state: 'check_passed', evidence: { tries: 1 } });
    expect(await check({ url })).toMatchObject({ state: 'check_passed' });
  });

  it('waits until the answers are good, as often in a row as asked for', async () => {
    const bad = { status: 503, body: '' };
    const good = { status: 200, body: '' };
    answers = [bad, good, bad, good, good, good, good];
    const outcome = await check({ service: 'checkout', successes: 3 });
    expect(outcome).toMatchObject({ state: 'check_passed', evidence: { tries: 6 } });
  });

  it('fails at its deadline and says what the answer was', async () => {
    answers = [{ status: 503, body: '' }];
    const outcome = await check({ service: 'checkout', withinMs: 100 });
    expect(outcome).toMatchObject({ state: 'check_failed', failure: { code: 'unhealthy' } });
    expect(outcome.detail).toContain('within 100 ms: it answers 503');
    expect(requests).toBeGreaterThan(1);
  });

  it.each([
    [{ body: '"ok"' }, 'check_passed'],
    [{ body: 'fine' }, 'check_failed'],
    [{ json: { pointer: '/status', equals: 'ok' } }, 'check_passed'],
    [{ json: { pointer: '/parts/0/a~1b', equals: true } }, 'check_passed'],
    [{ json: { pointer: '/parts/1', equals: true } }, 'check_failed'],
    [{ json: { pointer: '/__proto__/x', equals: true } }, 'check_failed'],
    [{ status: 204 }, 'check_failed'],
  ])('%j: %s', async (expectation, state) => {
    expect(await check({ service: 'checkout', withinMs: 50, ...expectation })).toMatchObject({ state });
  });

  it('refuses an address that is not public and that nothing allows', async () => {
    const outcome = await check({ url: 'http://169.254.169.254/latest/meta-data/' });
    expect(outcome).toMatchObject({ state: 'refused', refusal: { code: 'address_refused' } });
  });

  it('fails at once when a name leads to such an address', async () => {
    const other = new URL(url);
    other.host = 'localhost:9';
    const outcome = await check({ url: other.href });
    expect(outcome).toMatchObject({ state: 'check_failed', failure: { code: 'address_refused' } });
    expect(outcome.detail).toContain('a loopback address');
  });

  it('reaches what the targets file allows', async () => {
    targets = parseTargets('http: { allow: [127.0.0.0/8] }', 'targets.yaml');
    expect(await check({ url })).toMatchObject({ state: 'check_passed' });
  });

  it('keeps the query of a URL, which may be a secret, out of what it says', async () => {
    answers = [{ status: 500, body: '' }];
    const outcome = await check({ url: `${url}?token=hunter2`, withinMs: 50 });
    expect(JSON.stringify(outcome)).not.toContain('hunter2');
    expect(httpCheck.target(httpCheck.params.parse({ url: `${url}?token=hunter2` }))).toBe(`url:${url}`);
  });

  it('needs exactly one of url and service', () => {
    expect(httpCheck.params.safeParse({}).success).toBe(false);
    expect(httpCheck.params.safeParse({ url, service: 'checkout' }).success).toBe(false);
  });
});
