// The whole of it as a newcomer meets it: start, send, decide, verify, stop, start again.

import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test, vi } from 'vitest';
import type { Approval, Containment, IncidentDetail, IncidentSummary } from '../../src/contract/api/index.ts';
import { run, temporaryFolder } from './command-line.ts';

const { PATH, HOME } = process.env;
const inherited = { PATH, HOME };
const root = fileURLToPath(new URL('../..', import.meta.url));

interface Up {
  child: ChildProcessByStdio<null, Readable, Readable>;
  ready: { console: string; api: string; temporalUi: string; adminKey: string | null; adminKeyFile: string };
  stderr(): string;
  /** As Ctrl-C; resolves to the exit code. */
  stop(): Promise<number>;
}

async function startUp(environment: Record<string, string>): Promise<Up> {
  const child = spawn(process.execPath, ['src/cli/main.ts', 'up', '--json'], {
    cwd: root,
    env: { ...inherited, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stderr = '';
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
  });
  const exited = once(child, 'exit').then(([code]) => code as number);
  const stop = async (): Promise<number> => {
    if (child.exitCode === null) child.kill('SIGINT');
    return await exited;
  };
  onTestFinished(async () => void (await stop()));
  let stdout = '';
  child.stdout.on('data', (chunk) => {
    stdout += chunk;
  });
  const isReady = vi.waitUntil(() => stdout.endsWith('}\n') || child.exitCode !== null, { timeout: 60_000 });
  await isReady;
  if (child.exitCode !== null) throw new Error(`up ended with ${child.exitCode}: ${stderr}`);
  return { child, ready: JSON.parse(stdout), stderr: () => stderr, stop };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  return typeof address === 'object' ? (address?.port ?? 0) : 0;
}

const answer = async <T>(args: string[], environment: Record<string, string>): Promise<T> => {
  const { stdout, stderr, exitCode } = await run([...args, '--json'], { environment });
  if (exitCode !== 0) throw new Error(`firebreak ${args.join(' ')}: ${stderr}`);
  return JSON.parse(stdout);
};

const eventually = <T>(read: () => Promise<T | undefined>): Promise<NonNullable<T>> =>
  vi.waitUntil(read, { timeout: 20_000, interval: 200 }) as Promise<NonNullable<T>>;

test('From nothing to a contained incident, through a stop and a start', { timeout: 120_000 }, async () => {
  const dir = join(await temporaryFolder(), 'state');
  const environment = { FIREBREAK_DIR: dir, PORT: String(await freePort()) };
  const local = { FIREBREAK_DIR: dir };

  const first = await startUp(environment);
  expect(first.ready.adminKey).toMatch(/^fbk_/);
  expect(await readFile(first.ready.adminKeyFile, 'utf8')).toBe(`${first.ready.adminKey}\n`);
  expect((await stat(first.ready.adminKeyFile)).mode & 0o777).toBe(0o600);
  expect(first.stderr()).toContain('✔ Postgres');

  const sent = await answer<{ accepted: number; incidents: { id: string; url: string }[] }>(
    ['send', 'brute-force'],
    local,
  );
  const id = sent.incidents[0]?.id ?? '';
  expect(sent).toMatchObject({ accepted: 1, incidents: [{ url: `${first.ready.console}/incidents/${id}` }] });
  const listed = await answer<{ items: IncidentSummary[] }>(['incidents', 'list', '--open'], local);
  expect(listed.items).toMatchObject([{ id, severity: 'critical' }]);

  const approval = await eventually(async () => {
    const { items } = await answer<{ items: Approval[] }>(['approvals', 'list', '--incident', id], local);
    return items[0];
  });
  const shown = await run(['approvals', 'show', approval.id], { environment: local });
  expect(shown.stdout).toContain('203.0.113.7');
  const { key } = await answer<{ key: string }>(['keys', 'create', '--name', 'ana', '--role', 'responder'], local);
  const ana = { ...local, FIREBREAK_API_KEY: key };
  const approved = await run(['approvals', 'approve', approval.id, '--digest', approval.digest], { environment: ana });
  expect(approved.stdout).toContain('Approved: it will be simulated now.');

  const containment = await eventually(async () => {
    const { items } = await answer<{ items: Containment[] }>(['containments', 'list'], local);
    return items.find(({ status }) => status === 'held');
  });
  expect(containment).toMatchObject({ incidentId: id, mode: 'simulate', target: 'ip:203.0.113.7' });
  const forbidden = await run(['keys', 'list', '--json'], { environment: ana });
  expect(JSON.parse(forbidden.stderr)).toMatchObject({ error: { code: 'role_not_allowed' } });
  expect(await answer(['audit', 'verify'], local)).toMatchObject({ ok: true });
  expect(await answer(['doctor'], local)).toMatchObject({ ok: true });

  expect(await first.stop()).toBe(0);
  const whileStopped = await run(['incidents', 'list'], { environment: local });
  expect(whileStopped.stderr).toContain('start it with: npx firebreak up');
  expect(await answer(['audit', 'verify'], local)).toMatchObject({ ok: true });

  const second = await startUp(environment);
  expect(second.ready.adminKey).toBeNull();
  await answer(['containments', 'lift', containment.id, '--reason', 'test'], ana);
  await eventually(async () => {
    const incident = await answer<IncidentDetail>(['incidents', 'show', id], local);
    return incident.containments.find(({ status }) => status === 'lifted');
  });
  expect(await second.stop()).toBe(0);
});

test('A port in use is one sentence, exit code 1, and nothing was started', { timeout: 60_000 }, async () => {
  const taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  onTestFinished(() => void taken.close());
  const address = taken.address();
  const port = String(typeof address === 'object' ? address?.port : 0);
  const dir = join(await temporaryFolder(), 'state');

  const started = startUp({ FIREBREAK_DIR: dir, PORT: port });

  const message = new RegExp(`^up ended with 1: .*cannot listen on port ${port}, which is in use.* set PORT`, 's');
  await expect(started).rejects.toThrow(message);
  expect(existsSync(dir)).toBe(false);
});
