import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { HeldPlan } from '../../src/service/held-plan.ts';
import { readAudit } from '../../src/store/audit-read.ts';
import { listPlanHolders, readStoredPlan } from '../../src/store/plans.ts';
import { goodFiles, planFolder } from '../plan/folder.ts';
import { type FreshDatabase, freshDatabase } from '../support/postgres.ts';
import { until } from '../support/until.ts';

let database: FreshDatabase;
beforeAll(async () => {
  database = await freshDatabase();
});
afterAll(() => database.close());

const log = pino({ level: 'silent' });
const slas = goodFiles['slas.yaml'] ?? '';
let count = 0;

/** Processes beside each other over one folder, each followed; without watching, unless a test asks for it. */
async function held({ watch = false, processes = 1 } = {}) {
  const folder = await planFolder();
  count += 1;
  const roles = Array.from({ length: processes }, (_, n) => `role-${count}-${n}`);
  const plans = await Promise.all(roles.map((role) => HeldPlan.load({ folder: folder.path, role, watch, log })));
  const following = plans.map((plan) => plan.follow(database.store));
  onTestFinished(async () => {
    await Promise.all(following.map((one) => one.stop()));
    await folder[Symbol.asyncDispose]();
  });
  const edit = (text: string) => writeFile(join(folder.path, 'slas.yaml'), text);
  const [plan] = plans;
  if (!plan) throw new Error('no plan');
  const mine = () => auditOf(roles[0] ?? '');
  await until('the plan to be on record', async () => (await mine()).length > 0);
  return { plan, plans, edit, mine, folder: folder.path };
}

async function auditOf(role: string) {
  const { items } = await readAudit(database.store, { after: 0, order: 'asc', limit: 200 });
  const bodies = items.map(({ body }) => JSON.parse(body));
  return bodies.filter(({ data }) => String(data.process).startsWith(`${role}@`));
}

test('a start is on record, with the plan itself under its digest', async () => {
  const { plan, mine } = await held();
  const { digest } = plan.current();
  expect(await mine()).toMatchObject([{ kind: 'plan_loaded', actor: 'firebreak', data: { digest, previous: null } }]);
  expect((await readStoredPlan(database.store, digest))?.plan).toEqual(plan.current().plan);
});

test('another plan takes over as a whole, on record with the old digest, the new one and who asked', async () => {
  const { plan, edit, mine } = await held();
  const before = plan.current();
  await edit(slas.replace('acknowledge: 5m', 'acknowledge: 6m'));

  const reloaded = await plan.reload('key:ana');

  const { digest } = plan.current();
  expect(reloaded).toEqual({ outcome: 'loaded', digest, previous: before.digest });
  expect(plan.current().plan.slas.critical.acknowledge).toBe('6m');
  expect((await mine()).at(-1)).toMatchObject({
    kind: 'plan_loaded',
    actor: 'key:ana',
    data: { digest, previous: before.digest },
  });
  expect((await readStoredPlan(database.store, before.digest))?.plan).toEqual(before.plan);
});

test('a plan that is wrong is refused, on record, and the one before stays until it is right', async () => {
  const { plan, edit, mine } = await held();
  const before = plan.current();
  await edit(slas.replace('acknowledge: 5m', 'acknowledge: soon'));

  const refused = await plan.reload('key:ana');

  expect(refused).toMatchObject({
    outcome: 'refused',
    digest: before.digest,
    problems: [{ file: 'slas.yaml', line: 1 }],
  });
  expect(plan.current()).toBe(before);
  expect((await mine()).at(-1)).toMatchObject({
    kind: 'plan_refused',
    actor: 'key:ana',
    data: {
      digest: before.digest,
      count: 1,
      problems: [expect.stringMatching(/^slas\.yaml:1:\d+ critical\.acknowledge/)],
    },
  });
  const shown = (await listPlanHolders(database.store, new Date().toISOString())).find(
    ({ process }) => process === plan.holder().process,
  );
  expect(shown?.refused).toMatchObject({ by: 'key:ana', count: 1 });

  await edit(slas);
  expect(await plan.reload('key:ana')).toEqual({ outcome: 'unchanged', digest: before.digest });
  expect(plan.holder().refused).toBeNull();
});

test('the processes beside it follow, in the name of who asked', async () => {
  const { plan, plans, edit } = await held({ processes: 2 });
  await edit(slas.replace('acknowledge: 5m', 'acknowledge: 7m'));
  await plan.reload('key:ana');
  const other = plans[1];
  await until('the other process to follow', () => other?.current().digest === plan.current().digest);
  expect(other?.holder().loadedBy).toBe('key:ana');
});

test('files that change are followed once they have settled', async () => {
  const { plan, edit } = await held({ watch: true });
  await edit(slas.replace('acknowledge: 5m', 'acknowledge: 8m'));
  await until('the change to take over', () => plan.current().plan.slas.critical.acknowledge === '8m');
  await edit('nonsense');
  await until('the refusal', () => plan.holder().refused !== null);
  expect(plan.current().plan.slas.critical.acknowledge).toBe('8m');
});

test('without a record there is no change: the old plan stays while the database is away', async () => {
  const { plan, edit } = await held();
  const before = plan.current();
  await edit(slas.replace('acknowledge: 5m', 'acknowledge: 9m'));
  const gone = await HeldPlan.load({ folder: '/nonexistent', role: 'x', watch: false, log }).catch((error) => error);
  expect(gone).toMatchObject({ code: 'plan_invalid' });
  const elsewhere = await freshDatabase({ migrated: false });
  try {
    const following = plan.follow(elsewhere.store);
    await expect(plan.reload('key:ana')).rejects.toThrow(/plan_reloads/);
    await following.stop();
    expect(plan.current()).toBe(before);
  } finally {
    await elsewhere.close();
  }
});

test('what was changed in the database is not given out under its digest', async () => {
  const { plan } = await held();
  const { digest } = plan.current();
  await database.store
    .updateTable('plans')
    .set({ content: JSON.stringify({ ...plan.current().plan, playbooks: [] }) })
    .where('digest', '=', digest)
    .execute();
  await expect(readStoredPlan(database.store, digest)).rejects.toThrow('was changed');
  await database.store
    .updateTable('plans')
    .set({ content: JSON.stringify(plan.current().plan) })
    .where('digest', '=', digest)
    .execute();
});
