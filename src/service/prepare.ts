// What must be there before anything starts: the schema, the secrets, the first key.

import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { loadOrCreateSigningKey } from '../audit/keys.ts';
import type { Config } from '../config.ts';
import { createFirstAdminKey } from '../gateway/auth/first-key.ts';
import { ensureDecisionKeys } from '../secrets/decision-keys.ts';
import { replaceSecretFile } from '../secrets/secret-file.ts';
import { ensureSourceCredentials } from '../secrets/source-credentials.ts';
import { isUnavailable, type Store } from '../store/database.ts';
import { migrate } from '../store/migrate.ts';
import { ServiceError } from './types.ts';

export const adminKeyPath = (dir: string): string => join(dir, 'secrets', 'admin-key');

export async function ensureSecrets(dir: string): Promise<void> {
  await mkdir(dir, { recursive: true });
  await ensureSourceCredentials(dir);
  await ensureDecisionKeys(dir);
  await loadOrCreateSigningKey(dir);
}

/** @throws ServiceError when Postgres cannot be reached */
export async function ensureSchema(store: Store): Promise<string[]> {
  try {
    return await migrate(store);
  } catch (error) {
    if (!isUnavailable(error)) throw error;
    const message = error instanceof Error ? error.message : String(error);
    throw new ServiceError('postgres_unreachable', `Postgres cannot be reached (${message}); check DATABASE_URL`, {
      cause: error,
    });
  }
}

/**
 * The first administrator's key, when this call made it up: a preset one is known to whoever set it, and stays out of
 * logs. It is kept for the command line of this machine.
 */
export async function ensureAdminKey(store: Store, config: Config): Promise<string | null> {
  const kept = await readFile(adminKeyPath(config.dir), 'utf8').catch(() => null);
  // An earlier start may have died between the key's row and its file; with the file first, the key is never lost.
  const preset = config.adminKey ?? (kept?.trim() || undefined);
  const first = await createFirstAdminKey(store, preset);
  if (!first.created) return null;
  await replaceSecretFile(adminKeyPath(config.dir), `${first.key}\n`);
  return config.adminKey ? null : first.key;
}
