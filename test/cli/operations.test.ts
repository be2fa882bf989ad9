// Containments, keys, quarantine: small commands over the API.

import { expect, test } from 'vitest';
import { apiServer, page } from './api-server.ts';
import { run } from './command-line.ts';
import { aContainment, incidentId } from './fixtures.ts';

const command = {
  id: 'c0mmand',
  incidentId,
  type: 'lift',
  status: 'done',
  actor: 'key:ana',
  createdAt: '2026-11-24T07:00:00.000Z',
  finishedAt: null,
  refusal: null,
};

test('Containments are those in the world, until --all or a status is asked for', async () => {
  const { environment, received } = await apiServer({
    'GET /api/containments': page(aContainment({ mode: 'simulate' })),
  });

  const { stdout } = await run(['containments', 'list'], { environment });
  await run(['containments', 'list', '--all'], { environment });
  await run(['containments', 'list', '--status', 'lifted,expired'], { environment });

  expect(stdout).toContain('Block 203.0.113.7 at the host firewall (simulated)');
  expect(received.map(({ url }) => new URL(url, 'http://localhost').search)).toEqual([
    '?limit=50&active=true',
    '?limit=50',
    `?limit=50&status=${encodeURIComponent('lifted,expired')}`,
  ]);
});

test('Lifting and extending say for how long and why', async () => {
  const { environment, received } = await apiServer({
    'POST /api/containments/c1/lift': command,
    'POST /api/containments/c1/extend': command,
  });

  await run(['containments', 'lift', 'c1', '--reason', 'a partner'], { environment });
  const { stdout } = await run(['containments', 'extend', 'c1', '--for', '2h'], { environment });

  expect(received.map(({ body }) => JSON.parse(body))).toEqual([{ reason: 'a partner' }, { byMs: 7_200_000 }]);
  expect(stdout).toBe('c1 is held 2h longer.\n');
});

test('A duration that is none is wrong usage', async () => {
  const { exitCode, stderr } = await run(['containments', 'extend', 'c1', '--for', '2 hours']);

  expect(exitCode).toBe(2);
  expect(stderr).toContain('such as 90s, 15m, 2h or 1h30m');
});

test('A new key is all that is on stdout, so that it can be piped', async () => {
  const made = {
    id: 'k1',
    name: 'ana',
    role: 'responder',
    createdAt: '2026-11-24T07:00:00.000Z',
    createdBy: 'key:admin',
    lastUsedAt: null,
    revokedAt: null,
  };
  const { environment, received } = await apiServer({
    'POST /api/keys': { ...made, key: 'fbk_new' },
    'GET /api/keys': page(made),
    'DELETE /api/keys/k1': { ...made, revokedAt: '2026-11-24T08:00:00.000Z' },
  });

  const created = await run(['keys', 'create', '--name', 'ana', '--role', 'responder'], { environment });
  const listed = await run(['keys', 'list'], { environment });
  const revoked = await run(['keys', 'revoke', 'k1'], { environment });

  expect(created.stdout).toBe('fbk_new\n');
  expect(JSON.parse(received[0]?.body ?? '')).toEqual({ name: 'ana', role: 'responder' });
  expect(listed.stdout).toMatch(/k1 +ana +responder .* never/);
  expect(revoked.stdout).toBe('Revoked k1 of ana.\n');
});

test('A role that does not exist is refused before the server is asked', async () => {
  const { exitCode, stderr } = await run(['keys', 'create', '--name', 'ana', '--role', 'root']);

  expect(exitCode).toBe(2);
  expect(stderr).toContain('Allowed choices are viewer, responder, admin');
});

test('Quarantine tells where a body is wrong and how', async () => {
  const item = {
    id: 'q1',
    source: 'grafana',
    receivedAt: '2026-11-24T07:00:00.000Z',
    contentType: 'application/json',
    place: 'alerts[0].startsAt',
    problem: 'is missing',
    times: 3,
    body: '{}',
    bodyBytes: 2,
  };
  const { environment } = await apiServer({ 'GET /api/quarantine': page(item) });

  const { stdout } = await run(['quarantine', 'list', '--source', 'grafana'], { environment });

  expect(stdout).toMatch(/q1 +grafana .* 3 +alerts\[0\]\.startsAt +is missing/);
});

test('plan status and plan reload tell of a plan that was refused, with exit code 1', async () => {
  const at = '2026-11-24T07:00:00.000Z';
  const digest = 'a'.repeat(64);
  const refused = { at, by: 'key:ana', problems: ['rules.yaml:3:9 x: is wrong'], count: 1 };
  const holder = { process: 'gateway@web-1', digest, loadedAt: at, loadedBy: 'firebreak', refused };
  const problems = [{ file: 'rules.yaml', line: 3, column: 9, path: 'x', code: 'plan_schema', message: 'is wrong' }];
  const { environment } = await apiServer({
    'GET /api/plan': { ...holder, playbooks: [{ name: 'disk-full', title: 'Disk full' }], processes: [holder] },
    'POST /api/plan/reload': { outcome: 'refused', digest, problems },
  });

  const status = await run(['plan', 'status'], { environment });
  const reload = await run(['plan', 'reload'], { environment });

  expect([status.exitCode, reload.exitCode]).toEqual([1, 1]);
  expect(status.stdout).toContain('gateway@web-1 refused a newer plan (1 problem)');
  expect(status.stdout).toContain('rules.yaml:3:9 x: is wrong');
  expect(reload.stdout).toContain(`rules.yaml:3:9 x: is wrong\nRefused: the plan has 1 problem. ${digest} stays.`);
});
