// A whole Firebreak for fault tests: Temporal, Postgres and each part of Firebreak as a process of its own, so that any
// of them can be killed while the others go on.

import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { readConfig } from '../../src/config.ts';
import { startPostgres } from '../../src/embedded/postgres.ts';
import { waitUntilGone } from '../../src/embedded/processes.ts';
import { findTemporalCli } from '../../src/embedded/temporal-binary.ts';
import { startTemporal } from '../../src/embedded/temporal-server.ts';
import { adminKeyPath, ensureAdminKey, ensureSchema, ensureSecrets } from '../../src/service/index.ts';
import { openDatabase, type Store } from '../../src/store/database.ts';
import { Faults } from './faults.ts';
import { fixedPort } from './fixed-port.ts';
import { SupervisedProcess } from './supervised-process.ts';

export const roles = ['gateway', 'incident', 'containment', 'notify'] as const;
export type Role = (typeof roles)[number];

export interface Server {
  /** SIGKILL; it stays down until it is started. */
  kill(): Promise<void>;
  start(): Promise<void>;
}

export interface Stack {
  dir: string;
  url: string;
  adminKey: string;
  /** What a command of the same machine runs with. */
  environment: Record<string, string>;
  faults: Faults;
  servers: { temporal: Server; postgres: Server };
  processes: Record<Role, SupervisedProcess>;
  /** To look into the database; survives its restarts. */
  store: Store;
  client: Client;
  /** The ends of all logs, for when a test fails. */
  tails(): Promise<string>;
  close(): Promise<void>;
}

export interface StackOptions {
  /** Writes plan, targets and channels into the folder; returns their variables. */
  configure: (dir: string) => Promise<Record<string, string>>;
}

export async function startStack({ configure }: StackOptions): Promise<Stack> {
  const dir = await mkdtemp(join(tmpdir(), 'firebreak-stack-'));
  const [postgres, temporal] = await Promise.all([startedPostgres(dir), startedTemporal(dir)]);
  const port = await fixedPort();
  const faults = new Faults(join(dir, 'faults'));
  await mkdir(faults.dir);
  await mkdir(join(dir, 'logs'));
  const environment = {
    PATH: process.env.PATH ?? '',
    HOME: process.env.HOME ?? '',
    // Starts take half the time.
    NODE_COMPILE_CACHE: join(tmpdir(), 'firebreak-compile-cache'),
    PORT: String(port),
    FIREBREAK_DIR: dir,
    DATABASE_URL: postgres.url(),
    TEMPORAL_ADDRESS: temporal.address(),
    FIREBREAK_FAULTS: faults.dir,
    FIREBREAK_LOG_LEVEL: 'warn',
    ...(await configure(dir)),
  };
  const config = readConfig(environment);
  await ensureSecrets(dir);
  const store = openDatabase({ url: environment.DATABASE_URL, max: 5 });
  await ensureSchema(store);
  await ensureAdminKey(store, config);
  const adminKey = (await readFile(adminKeyPath(dir), 'utf8')).trim();
  const connection = Connection.lazy({ address: environment.TEMPORAL_ADDRESS });

  const supervised = (name: Role, args: string[], readyText: string) =>
    new SupervisedProcess({
      ...{ name, args, readyText, environment: () => environment },
      logFile: join(dir, 'logs', `${name}.log`),
    });
  const worker = (name: Exclude<Role, 'gateway'>) =>
    supervised(name, ['worker', '--queue', name], 'The worker takes from');
  const processes = {
    gateway: supervised('gateway', ['gateway'], 'The gateway answers at'),
    incident: worker('incident'),
    containment: worker('containment'),
    notify: worker('notify'),
  };
  for (const one of Object.values(processes)) one.start();
  const tails = async () => (await Promise.all(Object.values(processes).map((one) => one.tail()))).join('\n');
  const stack: Stack = {
    ...{ dir, adminKey, environment, faults, processes, store, tails },
    url: `http://127.0.0.1:${port}`,
    servers: { temporal, postgres },
    client: new Client({ connection }),
    async close() {
      await Promise.all(Object.values(processes).map((one) => one.stop()));
      await connection.close();
      await store.destroy();
      await Promise.all([postgres.kill(), temporal.kill()]);
      await rm(dir, { recursive: true, force: true });
    },
  };
  try {
    await Promise.all(Object.values(processes).map((one) => one.untilReady()));
    return stack;
  } catch (error) {
    await stack.close();
    throw error;
  }
}

async function startedPostgres(dir: string): Promise<Server & { url(): string }> {
  const port = await fixedPort();
  const start = () => startPostgres({ stateDir: dir, port });
  let current = await start();
  return {
    url: () => current.url,
    kill: () => killed(current.pid),
    async start() {
      current = await start();
    },
  };
}

async function startedTemporal(dir: string): Promise<Server & { address(): string }> {
  const executable = await quickTemporal(dir);
  const [port, uiPort] = [await fixedPort(), await fixedPort()];
  const start = () => startTemporal({ executable, stateDir: dir, port, uiPort, survives: 'process-crash' });
  let current = await start();
  return {
    address: () => current.address,
    kill: () => killed(current.pid),
    async start() {
      current = await start();
    },
  };
}

async function killed(pid: number): Promise<void> {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It is down already.
  }
  await waitUntilGone(pid, 10_000);
}

/** Gives a task of a dead worker to the next one after 5 s instead of 10: what is tested is the same, only sooner. */
async function quickTemporal(dir: string): Promise<string> {
  const temporal = await findTemporalCli({ searchPath: process.env.PATH });
  const file = join(dir, 'temporal');
  const setting = `history.defaultWorkflowTaskTimeout="5s"`;
  await writeFile(file, `#!/bin/sh\nexec '${temporal}' "$@" --dynamic-config-value '${setting}'\n`);
  await chmod(file, 0o755);
  return file;
}
