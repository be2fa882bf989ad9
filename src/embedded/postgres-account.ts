// Decides as whom Postgres runs. It refuses to run as root, and a root shell on a fresh server is common.

import { execFile } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import { EmbeddedError } from './error.ts';

const run = promisify(execFile);

export interface Account {
  /** Set where another user than ours runs Postgres; its files belong to that user. */
  user?: { uid: number; gid: number };
  /** Put before the command. */
  prefix: readonly string[];
}

/** Accounts that a system may have, the better one first. */
const userNames = ['postgres', 'nobody'];

/**
 * Our own account, unless that is root. Then the user `postgres` or `nobody`; and where that user cannot reach the
 * folders (/root has mode 700), root under another id in a user namespace, which Postgres takes for an ordinary user.
 * Throws EmbeddedError `state_unreadable` when neither will do.
 */
export async function chooseAccount(dataDir: string, binary: string): Promise<Account> {
  if (process.getuid?.() !== 0) return { prefix: [] };
  // What exists keeps its owner, for Postgres starts only as the owner of its data.
  const owner = await stat(dataDir).catch(() => undefined);
  if (owner !== undefined && owner.uid !== 0) return { user: { uid: owner.uid, gid: owner.gid }, prefix: [] };
  if (owner === undefined) {
    const user = await findUser();
    if (user && (await canReach(dirname(dataDir), user.uid)) && (await canReach(dirname(binary), user.uid))) {
      return { user, prefix: [] };
    }
  }
  return namespaceAccount(dataDir);
}

async function namespaceAccount(dataDir: string): Promise<Account> {
  const prefix = ['unshare', '--user', '--map-user=65534', '--map-group=65534'];
  const [file = '', ...args] = prefix;
  try {
    await run(file, [...args, 'true']);
    return { prefix };
  } catch (error) {
    throw new EmbeddedError(
      'state_unreadable',
      `Postgres does not run as root, and no other user can reach ${dataDir}: set FIREBREAK_DIR to a folder whose parents have mode 755, run as an ordinary user, or set DATABASE_URL.`,
      { cause: error },
    );
  }
}

async function findUser(): Promise<{ uid: number; gid: number } | undefined> {
  for (const name of userNames) {
    try {
      const [uid, gid] = await Promise.all(['-u', '-g'].map((flag) => run('id', [flag, name])));
      return { uid: Number(uid?.stdout), gid: Number(gid?.stdout) };
    } catch {
      // No such user; the next one may exist.
    }
  }
  return undefined;
}

/** True when every folder up to the root lets others pass, or belongs to `uid`. */
async function canReach(folder: string, uid: number): Promise<boolean> {
  const { mode, uid: owner } = await stat(folder);
  if ((mode & (owner === uid ? 0o100 : 0o001)) === 0) return false;
  const parent = dirname(folder);
  return parent === folder || canReach(parent, uid);
}
