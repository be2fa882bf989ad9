// `firebreak up` after kill -9: of itself, which leaves its servers behind, and of everything. It comes up again and
// finishes what was under way.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client, Connection } from '@temporalio/client';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { IncidentDetail } from '../../src/contract/api/index.ts';
import { waitUntilGone } from '../../src/embedded/processes.ts';
import { readRecord } from '../../src/embedded/run-record.ts';
import { findRunningPostgres } from '../../src/embedded/running-postgres.ts';
import { openDatabase } from '../../src/store/database.ts';
import { fixedPort } from '../support/fixed-port.ts';
import { until } from '../support/until.ts';
import { Alertmanager } from './alertmanager.ts';
import { auditVerdict, untilSettled, violations, type World } from './invariants.ts';
import { People } from './people.ts';
import type { Kind } from './response-plan.ts';
import { writeResponsePlan } from './response-plan.ts';
import { createTarget, type Target } from './target.ts';

vi.setConfig({ testTimeout: 600_000, hookTimeout: 180_000 });

const root = fileURLToPath(new URL('../..', import.meta.url));
const adminKey = 'an-administrators-key-of-a-test';
let dir: string;
let target: Target;
let environment: Record<string, string>;
let up: ChildProcess;
let said = '';

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'firebreak-up-'));
  target = await createTarget(dir);
  await writeResponsePlan(join(dir, 'plan'));
  environment = {
    PATH: process.env.PATH ?? '',
    HOME: process.env.HOME ?? '',
    PORT: String(await fixedPort()),
    FIREBREAK_DIR: dir,
    FIREBREAK_ADMIN_KEY: adminKey,
    FIREBREAK_PLAN: join(dir, 'plan'),
    ...target.environment,
  };
  await start();
});

afterAll(async () => {
  await killEverything();
  target.remove();
  await rm(dir, { recursive: true, force: true });
});

async function start(): Promise<void> {
  said = '';
  up = spawn(process.execPath, ['src/cli/main.ts', 'up', '--json'], { cwd: root, env: environment, stdio: 'pipe' });
  for (const stream of [up.stdout, up.stderr]) {
    stream?.on('data', (chunk) => {
      said += chunk;
    });
  }
  await until('up to be up', () => said.includes('adminKeyFile') || up.exitCode !== null, { withinMs: 120_000 });
  if (up.exitCode !== null) throw new Error(`up ended with ${up.exitCode}: ${said}`);
}

async function killUp(): Promise<void> {
  if (up.exitCode !== null || up.signalCode !== null) return;
  const ended = once(up, 'exit');
  up.kill('SIGKILL');
  await ended;
}

async function killEverything(): Promise<void> {
  await killUp();
  for (const server of ['temporal', 'postgres']) {
    const record = await readRecord(join(dir, `${server}.run.json`));
    if (!record) continue;
    try {
      process.kill(record.pid, 'SIGKILL');
    } catch {
      // It is down already.
    }
    await waitUntilGone(record.pid, 10_000);
  }
}

interface Connected extends AsyncDisposable {
  world: World;
  people: People;
}

const alertmanager = () => new Alertmanager({ dir, url: `http://127.0.0.1:${environment.PORT}` });

/** The servers may listen elsewhere after each start. */
async function connected(sender: Alertmanager): Promise<Connected> {
  const url = (await findRunningPostgres(dir)) ?? '';
  const store = openDatabase({ url });
  const record = await readRecord(join(dir, 'temporal.run.json'));
  const connection = await Connection.connect({ address: `127.0.0.1:${record?.ports.grpc}` });
  const people = new People({ url: `http://127.0.0.1:${environment.PORT}`, adminKey, store }, target);
  const tails = async () => (await readFile(join(dir, 'firebreak.log'), 'utf8')).split('\n').slice(-20).join('\n');
  const stack = { store, client: new Client({ connection }), environment, tails };
  return {
    world: { stack, target, alertmanager: sender, people },
    people,
    async [Symbol.asyncDispose]() {
      await people.stop();
      await connection.close();
      await store.destroy();
    },
  };
}

test('it comes up after kill -9, of itself or of everything, and finishes what was under way', async () => {
  const sender = alertmanager();
  const incidents: string[] = [];
  const send = async (kind: Kind, status: 'firing' | 'resolved') => {
    const ip = `203.0.113.${kind.length}`;
    const [id = ''] = await sender.send({ group: `up ${kind}`, kind, names: ['a'], status, ip });
    if (!incidents.includes(id)) incidents.push(id);
    return id;
  };
  const [waiting] = [await send('ask', 'firing'), await send('keep', 'firing')];
  {
    await using before = await connected(sender);
    const show = (id: string) => before.people.api.get<IncidentDetail>(`/api/incidents/${id}`);
    await until('an approval to wait', async () => (await show(waiting)).approvals.length === 1);
    await until(
      'something to be held',
      async () => (await show(incidents[1] ?? '')).containments[0]?.status === 'held',
    );
  }

  await killUp();
  await start();
  await send('run', 'firing');
  await send('ask', 'resolved');

  await killEverything();
  await start();
  await send('keep', 'resolved');
  await send('run', 'resolved');
  await using after = await connected(sender);
  after.people.start();
  const [held] = (await after.people.api.get<IncidentDetail>(`/api/incidents/${incidents[1]}`)).containments;
  expect(held?.status).toBe('held');
  await after.people.change(held?.id ?? '', 'lift', { reason: 'it is over' });
  await untilSettled(after.world, incidents, 240_000);
  expect(await violations(after.world, incidents)).toEqual([]);
  const verdict = await auditVerdict(after.world.stack);
  expect(verdict.ok, verdict.said).toBe(true);
});
