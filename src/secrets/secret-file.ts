// Reads and replaces files that hold secrets: never readable by everyone, never half written.

import { randomUUID } from 'node:crypto';
import { chmod, mkdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { ignoreMissing, readIfThere } from '../audit/durable-files.ts';
import { SecretsError } from './error.ts';

export const secretModes = { mode: 0o600, folderMode: 0o700 } as const;

/** The text; null where there is no such file. Throws SecretsError `secrets_exposed` when others may read it. */
export async function readSecretFile(path: string): Promise<string | null> {
  const stats = await stat(path).catch(ignoreMissing);
  if (stats === null) return null;
  // The group may read it: that is how orchestrators mount secrets.
  if ((stats.mode & 0o007) !== 0) {
    const mode = (stats.mode & 0o777).toString(8).padStart(4, '0');
    throw new SecretsError(
      'secrets_exposed',
      `${path} has mode ${mode}, so everyone on this machine may read the secrets in it: chmod 600 it, and replace the ` +
        'secrets where someone may have read them.',
    );
  }
  return readIfThere(path);
}

export async function replaceSecretFile(path: string, content: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: secretModes.folderMode });
  const draft = `${path}.${randomUUID()}.tmp`;
  try {
    await writeFile(draft, content, { mode: secretModes.mode, flush: true });
    // The umask may have taken bits away, never added; what was there may have had more.
    await chmod(draft, secretModes.mode);
    await rename(draft, path);
  } finally {
    await rm(draft, { force: true });
  }
}
