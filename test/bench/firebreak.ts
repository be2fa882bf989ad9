// One `firebreak up` as users have it, in a process of its own, on servers that the benchmark brought.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { openSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client, Connection } from '@temporalio/client';
import { sourceCredentialsPath } from '../../src/secrets/source-credentials.ts';
import { adminKeyPath } from '../../src/service/index.ts';
import { openDatabase, type Store } from '../../src/store/database.ts';
import { freePort } from '../support/processes.ts';
import { until } from '../support/until.ts';

export interface FirebreakOptions {
  dir: string;
  databaseUrl: string;
  temporalAddress: string;
  namespace: string;
  /** Further settings. */
  environment: Record<string, string>;
  /** Writes a CPU profile there when it ends. */
  profileDir?: string;
}

export interface Firebreak {
  pid: number;
  url: string;
  /** Of POST /alerts/alertmanager. */
  alertHeaders: Record<string, string>;
  apiHeaders: Record<string, string>;
  /** To look into its database. */
  store: Store;
  databaseUrl: string;
  client: Client;
  stop(): Promise<void>;
}

const root = fileURLToPath(new URL('../..', import.meta.url));

export async function startFirebreak(options: FirebreakOptions): Promise<Firebreak> {
  const { dir, databaseUrl, temporalAddress, namespace, profileDir } = options;
  await mkdir(dir, { recursive: true });
  const port = await freePort();
  const log = openSync(join(dir, 'up.log'), 'a');
  const profile = profileDir === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profileDir}`];
  const child = spawn(process.execPath, [...profile, 'src/cli/main.ts', 'up'], {
    cwd: root,
    env: {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      ...{ PORT: String(port), FIREBREAK_DIR: dir, DATABASE_URL: databaseUrl },
      ...{ TEMPORAL_ADDRESS: temporalAddress, TEMPORAL_NAMESPACE: namespace },
      ...options.environment,
    },
    stdio: ['ignore', log, log],
  });
  const exited = once(child, 'exit');
  const endWithUs = () => void child.kill('SIGKILL');
  process.once('exit', endWithUs);
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    child.kill(signal);
    await exited;
    process.off('exit', endWithUs);
  };

  const url = `http://127.0.0.1:${port}`;
  const isReady = async () => {
    if (child.exitCode !== null) throw new Error('it has ended');
    return (await fetch(`${url}/readyz`)).ok;
  };
  const hint = () => readFile(join(dir, 'up.log'), 'utf8');
  await until(`firebreak up in ${dir}`, isReady, { withinMs: 60_000, hint }).catch(async (error) => {
    await end('SIGKILL');
    throw error;
  });
  const credentials = JSON.parse(await readFile(sourceCredentialsPath(dir), 'utf8'));
  const adminKey = (await readFile(adminKeyPath(dir), 'utf8')).trim();
  const store = openDatabase({ url: databaseUrl, max: 4 });
  const connection = await Connection.connect({ address: temporalAddress });
  const headers = { 'Content-Type': 'application/json' };
  return {
    pid: child.pid ?? 0,
    url,
    alertHeaders: { ...headers, Authorization: `Bearer ${credentials.alertmanager[0]}` },
    apiHeaders: { ...headers, Authorization: `Bearer ${adminKey}` },
    store,
    databaseUrl,
    client: new Client({ connection, namespace }),
    async stop() {
      await store.destroy();
      await connection.close();
      await end('SIGINT');
    },
  };
}
