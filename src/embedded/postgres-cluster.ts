// Makes the data folder of the embedded Postgres, once.

import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chown, mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { EmbeddedError } from './error.ts';
import type { Account } from './postgres-account.ts';

const run = promisify(execFile);
const initdbTimeoutMs = 60_000;

export interface Cluster {
  dataDir: string;
  /** Holds the password of both roles, mode 0600. */
  passwordFile: string;
  initdb: string;
  account: Account;
}

export async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

/** Made on the first call and the same ever after. Throws EmbeddedError `state_unreadable` when it is lost. */
export async function readPassword({ dataDir, passwordFile }: Cluster): Promise<string> {
  if (!(await exists(passwordFile))) {
    if (await exists(dataDir)) {
      throw new EmbeddedError(
        'state_unreadable',
        `${passwordFile} is missing, so the database in ${dataDir} cannot be opened: restore that file, or remove the folder to start empty.`,
      );
    }
    await writeFile(passwordFile, randomBytes(24).toString('base64url'), { mode: 0o600, flag: 'wx' });
  }
  return (await readFile(passwordFile, 'utf8')).trim();
}

/** Runs initdb beside `dataDir` and renames, so that a folder of that name is always whole. */
export async function createCluster(cluster: Cluster, password: string): Promise<void> {
  const { dataDir, initdb, account } = cluster;
  if (await exists(dataDir)) return;
  const next = `${dataDir}.new`;
  const passwordInput = `${next}.password`;
  await rm(next, { recursive: true, force: true });
  await mkdir(next, { mode: 0o700 });
  await writeFile(passwordInput, password, { mode: 0o600 });
  if (account.user) {
    const { uid, gid } = account.user;
    await Promise.all([next, passwordInput].map((path) => chown(path, uid, gid)));
  }
  const [file = initdb, ...args] = [...account.prefix, initdb, ...initdbArguments(next, passwordInput)];
  try {
    await run(file, args, { ...account.user, cwd: '/', timeout: initdbTimeoutMs });
  } catch (error) {
    const said = (error as { stderr?: string }).stderr?.trim().split('\n').at(-1) ?? String(error);
    throw new EmbeddedError('server_failed', `initdb could not make the embedded Postgres in ${dataDir}: ${said}`);
  } finally {
    await rm(passwordInput, { force: true });
  }
  await rename(next, dataDir);
}

function initdbArguments(dataDir: string, passwordFile: string): string[] {
  return [
    `--pgdata=${dataDir}`,
    '--username=postgres',
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    // Sorts the same on every machine, whatever locales it has.
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    '--locale=C',
    '--no-instructions',
  ];
}
