import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { HeldPlan } from '../../../src/service/held-plan.ts';
import { type FreshDatabase, freshDatabase } from '../../support/postgres.ts';
import { makeKey, startTestGateway, type TestGateway } from './gateway.ts';
import { seedIncident } from './seed.ts';

let database: FreshDatabase;
let gateway: TestGateway;
let folder = '';
let following: { stop(): Promise<void> };
const keys = { viewer: '', responder: '', admin: '' };

beforeAll(async () => {
  database = await freshDatabase();
  folder = await mkdtemp(join(tmpdir(), 'firebreak-plan-'));
  await cp(new URL('../../../response-plan', import.meta.url), folder, { recursive: true });
  const plan = await HeldPlan.load({ folder, role: 'gateway', watch: false, log: pino({ level: 'silent' }) });
  following = plan.follow(database.store);
  gateway = await startTestGateway({ store: database.store, databaseUrl: database.url, plan });
  for (const role of ['viewer', 'responder', 'admin'] as const) keys[role] = await makeKey(database.store, role, role);
});
afterAll(async () => {
  await following.stop();
  await gateway.close();
  await database.close();
  await rm(folder, { recursive: true });
});

const call = (path: string, role: keyof typeof keys, method = 'GET') =>
  gateway.call(path, { method, key: keys[role], ...(method === 'POST' && { body: {} }) });

test('What the plan keeps from incidents is told in words', async () => {
  const { digest, items } = (await call('/api/plan/withholding', 'viewer')).json;
  expect(digest).toBe((await call('/api/plan', 'viewer')).json.digest);
  for (const { lines } of items) expect(lines.join(' ')).toMatch(/^[A-Z].*\.$/);
});

async function edit(from: string, to: string): Promise<void> {
  const file = join(folder, 'guards.yaml');
  await writeFile(file, (await readFile(file, 'utf8')).replace(from, to));
}

test('An administrator has the plan loaded again; everyone sees which is in force and what the one before said', async () => {
  const { json: before } = await call('/api/plan', 'viewer');
  await edit('longest_hold: 7d', 'longest_hold: 6d');
  expect((await call('/api/plan/reload', 'responder', 'POST')).status).toBe(403);

  const reloaded = await call('/api/plan/reload', 'admin', 'POST');

  expect(reloaded.json).toMatchObject({ outcome: 'loaded', previous: before.digest });
  const { json: now } = await call('/api/plan', 'viewer');
  expect(now).toMatchObject({ digest: reloaded.json.digest, loadedBy: 'key:admin', refused: null });
  expect(now.processes).toMatchObject([{ digest: now.digest }]);
  expect(now.playbooks).toContainEqual({ name: 'disk-full', title: 'Disk full' });
  const { json: old } = await call(`/api/plan/${before.digest}`, 'viewer');
  expect(old.plan.guards.longest_hold).toBe('7d');
  expect((await call(`/api/plan/${'0'.repeat(64)}`, 'viewer')).json).toMatchObject({
    status: 404,
    code: 'plan_not_found',
  });
});

test('An incident shows the runbook of its playbook as it was in the plan that decided it', async () => {
  const { json: plan } = await call('/api/plan', 'viewer');
  const id = await seedIncident(database.store);
  const show = async () => (await call(`/api/incidents/${id}`, 'viewer')).json.runbookText;
  expect(await show()).toBeNull();
  const decided = { plan_digest: plan.digest, playbook: 'disk-full' };
  await database.store.updateTable('incidents').set(decided).where('incident_id', '=', id).execute();
  expect(await show()).toContain('What grew?');
});

test('A plan that is wrong is refused with its problems; status and metrics show it, and the old one stays', async () => {
  const { json: before } = await call('/api/plan', 'viewer');
  await edit('longest_hold', 'longest_hol');

  const refused = await call('/api/plan/reload', 'admin', 'POST');

  expect(refused.json).toMatchObject({ outcome: 'refused', digest: before.digest });
  expect(refused.json.problems).toContainEqual(
    expect.objectContaining({ file: 'guards.yaml', path: 'longest_hol', suggestion: 'longest_hold' }),
  );
  const { json: now } = await call('/api/plan', 'viewer');
  expect(now).toMatchObject({
    digest: before.digest,
    refused: { by: 'key:admin', count: refused.json.problems.length },
  });
  const { text } = await gateway.call('/metrics', { key: keys.viewer });
  expect(text).toMatch(/firebreak_plan_refused\{process="gateway@[^"]+"\} 1/);
  expect(text).toContain(`digest="${before.digest}"`);
});
