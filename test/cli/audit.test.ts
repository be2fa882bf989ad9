import { copyFile, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type RawBuilder, sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { checkpointsPath } from '../../src/audit/checkpoint-files.ts';
import { takeCheckpoint } from '../../src/audit/checkpointer.ts';
import { loadOrCreateSigningKey, publicKeyPath } from '../../src/audit/keys.ts';
import { appendAudit } from '../../src/store/audit.ts';
import { auditEntriesAfter } from '../../src/store/audit-read.ts';
import { insertCheckpoint } from '../../src/store/checkpoints.ts';
import { type FreshDatabase, freshDatabase } from '../support/postgres.ts';
import { apiServer } from './api-server.ts';
import { run, temporaryFolder } from './command-line.ts';

let database: FreshDatabase;
let dir: string;
let environment: Record<string, string>;
const tables = ['audit_entries', 'audit_head', 'audit_checkpoints'];
const at = '2026-11-24T07:00:00.000Z';

beforeAll(async () => {
  database = await freshDatabase();
});
afterAll(() => database.close());
beforeEach(async () => {
  dir = await temporaryFolder();
  environment = { FIREBREAK_DIR: dir, DATABASE_URL: database.url };
  await change(
    sql`delete from audit_entries`,
    sql`delete from audit_checkpoints`,
    sql`update audit_head set seq = 0, hash = decode(repeat('00', 32), 'hex')`,
  );
  await append(1, 6);
  const entriesAfter = (seq: number) => auditEntriesAfter(database.store, seq);
  const made = await takeCheckpoint({ firebreakDir: dir, entriesAfter, key: await loadOrCreateSigningKey(dir), at });
  if (made.kind === 'made') await insertCheckpoint(database.store, made.checkpoint, null, at);
  await append(7, 10);
});

async function append(first: number, last: number): Promise<void> {
  const numbers = Array.from({ length: last - first + 1 }, (_, index) => first + index);
  const entries = numbers.map((number) => ({ at, actor: 'firebreak', kind: 'test.entry', data: { number } }));
  await database.store.transaction().execute((trx) => appendAudit(trx, entries));
}

/** As the owner of the tables, whom no trigger stops. */
async function change(...statements: RawBuilder<unknown>[]): Promise<void> {
  const triggers = (state: string) => tables.map((table) => sql.raw(`alter table ${table} ${state} trigger all`));
  await database.store.transaction().execute(async (trx) => {
    for (const statement of [...triggers('disable'), ...statements, ...triggers('enable')])
      await statement.execute(trx);
  });
}

test('A log that holds is said to hold, up to where a checkpoint confirms it', async () => {
  const { exitCode, stdout } = await run(['audit', 'verify'], { environment });

  expect(exitCode).toBe(0);
  expect(stdout).toContain('The audit log holds.');
  expect(stdout).toMatch(/Holds +entries 1 to 10/);
  expect(stdout).toMatch(/Confirmed +entries up to 6, by 1 checkpoint/);
});

test.each<[string, RawBuilder<unknown>, string, number]>([
  ['was edited', sql`update audit_entries set actor = 'eve' where seq = 4`, 'audit_entry_edited', 4],
  ['was deleted', sql`delete from audit_entries where seq = 5`, 'audit_entry_deleted', 5],
  [
    'was the last, after every checkpoint, and is gone',
    sql`delete from audit_entries where seq = 10`,
    'audit_tail_truncated',
    10,
  ],
])('The first bad entry is named when one %s', async (_what, statement, code, seq) => {
  await change(statement);

  const told = await run(['audit', 'verify'], { environment });
  const asJson = await run(['audit', 'verify', '--json'], { environment });

  expect(told.exitCode).toBe(1);
  expect(told.stdout).toContain('The audit log is damaged.');
  expect(told.stdout).toMatch(new RegExp(`First bad entry +${seq}\n`));
  expect(asJson.exitCode).toBe(1);
  expect(JSON.parse(asJson.stdout)).toMatchObject({ ok: false, damage: { code, seq } });
});

test('An export verifies offline, with the key and checkpoints that were kept elsewhere', async () => {
  const kept = await temporaryFolder();
  const key = join(kept, 'trusted.pub');
  await copyFile(publicKeyPath(dir), key);
  for (const name of (await readdir(checkpointsPath(dir))).filter((one) => one.endsWith('.json'))) {
    await copyFile(join(checkpointsPath(dir), name), join(kept, name));
  }
  const file = join(kept, 'audit.ndjson');

  const exported = await run(['audit', 'export', '--out', file], { environment });
  const nowhere = { FIREBREAK_DIR: join(kept, 'nothing') };
  const verified = await run(['audit', 'verify', '--file', file, '--key', key, '--checkpoints', kept, '--json'], {
    environment: nowhere,
  });

  expect(exported.exitCode).toBe(0);
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  expect(JSON.parse(verified.stdout)).toMatchObject({
    ok: true,
    size: 10,
    confirmedSize: 6,
    keyIsTrusted: true,
    log: file,
  });
});

test('An export that was changed names the entry, and an export is never overwritten', async () => {
  const file = join(dir, 'audit.ndjson');
  await run(['audit', 'export', '--out', file], { environment });
  const again = await run(['audit', 'export', '--out', file], { environment });
  await writeFile(file, (await readFile(file, 'utf8')).replace('\\"number\\":3', '\\"number\\":4'));

  const { exitCode, stdout } = await run(['audit', 'verify', '--file', file], { environment });

  expect(again.exitCode).toBe(1);
  expect(again.stderr).toContain(`${file} exists already`);
  expect(exitCode).toBe(1);
  expect(stdout).toMatch(/First bad entry +3\n/);
});

test('The log of another server is exported over its API, and verified', async () => {
  const file = join(dir, 'audit.ndjson');
  await run(['audit', 'export', '--out', file], { environment });
  const bytes = await readFile(file);
  const server = await apiServer({ 'GET /api/audit/export': (_request, response) => response.end(bytes) });
  const copy = join(dir, 'copy.ndjson');

  const verified = await run(['audit', 'verify', '--json'], { environment: server.environment });
  const exported = await run(['audit', 'export', '--out', copy], { environment: server.environment });

  expect(JSON.parse(verified.stdout)).toMatchObject({ ok: true, size: 10, log: server.url });
  expect(exported.exitCode).toBe(0);
  expect(await readFile(copy)).toEqual(bytes);
});

test('A download that breaks off leaves no file behind that could be taken for an export', async () => {
  const server = await apiServer({
    'GET /api/audit/export': (_request, response) => {
      response.writeHead(200, { 'content-length': '1000' });
      response.write('{"firebreakAudit":1', () => response.destroy());
    },
  });
  const file = join(dir, 'broken.ndjson');

  const { exitCode } = await run(['audit', 'export', '--out', file], { environment: server.environment });

  expect(exitCode).toBe(1);
  await expect(stat(file)).rejects.toMatchObject({ code: 'ENOENT' });
});

test('A database that cannot be reached, and none at all, are one sentence each', async () => {
  const unreachable = { FIREBREAK_DIR: dir, DATABASE_URL: 'postgres://firebreak@127.0.0.1:1/none' };
  const none = { FIREBREAK_DIR: join(dir, 'nothing') };

  const down = await run(['audit', 'verify'], { environment: unreachable });
  const absent = await run(['audit', 'verify'], { environment: none });

  expect(down.stderr).toBe('error: Postgres cannot be reached (ECONNREFUSED): start it, or check DATABASE_URL\n');
  expect(absent.stderr).toMatch(/^error: There is no audit log in .*: start it with: npx firebreak up\n$/);
});

test('Migrating makes the secrets and the first key once, and then changes nothing', async () => {
  const first = JSON.parse((await run(['migrate', '--json'], { environment })).stdout);
  const second = JSON.parse((await run(['migrate', '--json'], { environment })).stdout);

  expect(first).toMatchObject({ applied: [], adminKey: expect.stringMatching(/^fbk_/) });
  expect(await readFile(first.adminKeyFile, 'utf8')).toBe(`${first.adminKey}\n`);
  expect((await stat(first.adminKeyFile)).mode & 0o777).toBe(0o600);
  expect(second).toEqual({ ...first, adminKey: null });
});
