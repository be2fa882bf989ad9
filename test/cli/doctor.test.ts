import { cp, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Finding } from '../../src/cli/examine.ts';
import { apiServer, json, page } from './api-server.ts';
import { run, temporaryFolder } from './command-line.ts';
import { anIncident } from './fixtures.ts';

const session = { name: 'ana', role: 'responder', actor: 'key:ana', expiresAt: null };

function server(ready: boolean) {
  return apiServer({
    'GET /readyz': (_request, response) =>
      json(response, { ready, checks: { temporal: { ok: ready, detail: 'localhost:7233' } } }, ready ? 200 : 503),
    'GET /api/session': session,
    'GET /api/incidents': { items: [anIncident()], next: 'more' },
    'GET /api/approvals': page(),
    'GET /api/containments': page(),
  });
}

async function examined(environment: Record<string, string>) {
  const { exitCode, stdout } = await run(['doctor', '--json'], { environment });
  const { ok, findings } = JSON.parse(stdout) as { ok: boolean; findings: Finding[] };
  const finding = (what: string) => findings.find((one) => one.what === what);
  return { exitCode, ok, finding };
}

test('A healthy installation: what runs, as whom, and what waits', async () => {
  const { environment } = await server(true);

  const { exitCode, ok, finding } = await examined({ ...environment, FIREBREAK_DIR: await temporaryFolder() });

  expect({ exitCode, ok }).toEqual({ exitCode: 0, ok: true });
  expect(finding('Ready')).toMatchObject({ state: 'ok' });
  expect(finding('API key')).toMatchObject({ state: 'ok', detail: 'ana, responder, from FIREBREAK_API_KEY' });
  expect(finding('Waiting')?.detail).toBe('open incidents 1 or more, pending approvals 0, containments 0');
  expect(finding('Response plan')).toMatchObject({ state: 'ok' });
});

test('A server that would not handle an alert is bad, and its checks say why', async () => {
  const { environment } = await server(false);

  const { exitCode, finding } = await examined({ ...environment, FIREBREAK_DIR: await temporaryFolder() });

  expect(exitCode).toBe(1);
  expect(finding('Ready')).toMatchObject({ state: 'bad' });
  expect(finding('Ready: temporal')).toMatchObject({ state: 'bad', detail: 'localhost:7233' });
});

test('Not running is worth a note, whether it never ran or has ended', async () => {
  const dir = await temporaryFolder();
  const stopped = await examined({ FIREBREAK_DIR: dir });
  // No process has this id: it is above the most that Linux gives.
  const record = {
    url: 'http://localhost:1',
    apiUrl: 'http://localhost:1/api',
    temporalUiUrl: null,
    pid: 4_194_305,
    startedAt: 'now',
  };
  await writeFile(join(dir, 'server.json'), JSON.stringify(record));
  const crashed = await examined({ FIREBREAK_DIR: dir, FIREBREAK_ADMIN_KEY: 'a-key-of-24-characters-or-so' });

  expect(stopped).toMatchObject({ exitCode: 0, ok: true });
  expect(stopped.finding('Server')).toMatchObject({ state: 'note' });
  expect(crashed.exitCode).toBe(0);
  expect(crashed.finding('Server')).toMatchObject({ state: 'note', detail: expect.stringContaining('has ended') });
});

test('Actions are told to simulate until a target is named, and then on what they are live', async () => {
  const dir = await temporaryFolder();
  const simulated = await examined({ FIREBREAK_DIR: dir });
  await writeFile(join(dir, 'targets.yaml'), 'firewall:\n  table: firebreak\n');
  const live = await examined({ FIREBREAK_DIR: dir });

  expect(simulated.finding('Actions')?.detail).toContain('all simulate');
  expect(live.finding('Actions')?.detail).toBe('live on the host firewall; else simulated');
});

test('A response plan with a fault is told with its place, and exit code 1', async () => {
  const folder = join(await temporaryFolder(), 'plan');
  await cp(new URL('../../response-plan', import.meta.url), folder, { recursive: true });
  await mkdir(join(folder, 'playbooks'), { recursive: true });
  await writeFile(join(folder, 'rules.yml'), '[]');

  const told = await run(['plan', 'check', folder]);
  const asJson = await run(['plan', 'check', folder, '--json']);
  const right = await run(['plan', 'check', '--json'], { environment: {} });

  expect(told.exitCode).toBe(1);
  expect(told.stdout).toContain('rules.yml:1:1: nothing reads this file; did you mean "rules.yaml"?');
  expect(asJson.exitCode).toBe(1);
  expect(JSON.parse(asJson.stdout)).toMatchObject({ ok: false, problems: [{ file: 'rules.yml' }] });
  expect(right.exitCode).toBe(0);
  expect(JSON.parse(right.stdout)).toMatchObject({ ok: true, digest: expect.stringMatching(/^[0-9a-f]{64}$/) });
});
