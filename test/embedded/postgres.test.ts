import { once } from 'node:events';
import { chmod, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { expect, test } from 'vitest';
import { type EmbeddedPostgres, type PostgresOptions, startPostgres } from '../../src/embedded/postgres.ts';
import { describeProcess } from '../../src/embedded/processes.ts';
import { startElsewhere, stopsAfterTest, takenPort, temporaryDir } from './support.ts';

async function start(stateDir: string, options: Partial<PostgresOptions> = {}): Promise<EmbeddedPostgres> {
  return stopsAfterTest(await startPostgres({ stateDir, ...options }));
}

async function query<Row extends pg.QueryResultRow>(url: string, sql: string): Promise<Row[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Row>(sql)).rows;
  } finally {
    await client.end();
  }
}

test('rows survive a clean stop and a kill, and a start uses the port and password of the last one', async () => {
  const stateDir = await temporaryDir();
  const first = await start(stateDir);
  await query(first.url, "create table kept (word text); insert into kept values ('stopped')");
  await first.stop();
  expect(await describeProcess(first.pid)).toBeUndefined();

  let ended = '';
  const second = await start(stateDir, { onExit: (reason) => (ended = reason) });
  expect(second.url).toBe(first.url);
  await query(second.url, "insert into kept values ('killed')");
  process.kill(second.pid, 'SIGKILL');
  await expect.poll(() => ended).toBe('signal SIGKILL');

  const third = await start(stateDir);
  expect(await query(third.url, 'select word from kept')).toEqual([{ word: 'stopped' }, { word: 'killed' }]);
});

test('the role in the URL is no superuser, and can make what the schema and its tests need', async () => {
  const { url } = await start(await temporaryDir());
  expect(await query(url, 'select rolsuper, current_database() from pg_roles where rolname = current_user')).toEqual([
    { rolsuper: false, current_database: 'firebreak' },
  ]);
  await query(url, 'create extension pg_trgm; create extension pgcrypto; create role firebreak_app');
  await query(url, 'create database another');
});

test('only the owner can read the password, and a wrong one is refused', async () => {
  const stateDir = await temporaryDir();
  const { url } = await start(stateDir);
  expect((await stat(join(stateDir, 'postgres.password'))).mode & 0o777).toBe(0o600);
  expect((await stat(join(stateDir, 'postgres.log'))).mode & 0o777).toBe(0o600);
  const wrong = url.replace(/:[^:@]+@/, ':guess@');
  await expect(query(wrong, 'select 1')).rejects.toThrow('password authentication failed');
});

test('an id in postmaster.pid that now belongs to another program does not keep it from starting', async () => {
  const stateDir = await temporaryDir();
  const first = await start(stateDir);
  await first.stop();
  await writeFile(join(stateDir, 'postgres', 'postmaster.pid'), `${process.pid}\n`);
  await start(stateDir);
});

test('a lost password file is named instead of being replaced', async () => {
  const stateDir = await temporaryDir();
  await (await start(stateDir)).stop();
  await rm(join(stateDir, 'postgres.password'));
  await expect(start(stateDir)).rejects.toMatchObject({ code: 'state_unreadable' });
  await expect(start(stateDir)).rejects.toThrow(/postgres\.password is missing/);
});

test('a port in use is named together with the variable that changes it', async () => {
  const [stateDir, port] = await Promise.all([temporaryDir(), takenPort()]);
  await expect(start(stateDir, { port })).rejects.toThrow(
    `The embedded Postgres cannot listen on port ${port}, which is in use: stop what uses it, or set FIREBREAK_POSTGRES_PORT to another port.`,
  );
});

test('a data folder that Postgres refuses fails with what it said', async () => {
  const stateDir = await temporaryDir();
  await (await start(stateDir)).stop();
  await writeFile(join(stateDir, 'postgres', 'PG_VERSION'), '9.6\n');
  await expect(start(stateDir)).rejects.toMatchObject({ code: 'server_failed' });
  expect(await readFile(join(stateDir, 'postgres.log'), 'utf8')).toContain('incompatible');
});

test('the server of a Firebreak that was killed is ended; that of one that runs is left alone', async () => {
  const stateDir = await temporaryDir();
  const module = new URL('../../src/embedded/postgres.ts', import.meta.url).href;
  const options = JSON.stringify({ stateDir });
  const other = await startElsewhere(`import { startPostgres } from '${module}'`, `startPostgres(${options})`);
  await expect(start(stateDir)).rejects.toMatchObject({ code: 'state_in_use' });

  other.parent.kill('SIGKILL');
  await once(other.parent, 'exit');
  expect(await describeProcess(other.pid)).toBeDefined();
  await start(stateDir);
  expect(await describeProcess(other.pid)).toBeUndefined();
});

// Postgres refuses root, and no other user can enter such a folder.
test('root can keep its state below a folder that only root may enter', async ({ skip }) => {
  skip(process.getuid?.() !== 0, 'it needs root');
  const closed = await temporaryDir();
  await chmod(closed, 0o700);
  const stateDir = join(closed, 'state');
  const first = await start(stateDir);
  await query(first.url, 'create table kept (word text)');
  await first.stop();
  const second = await start(stateDir);
  expect(await query(second.url, 'select * from kept')).toEqual([]);
});
