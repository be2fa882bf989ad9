// The credentials with which sources prove who they are: `secrets/sources.json`, a list for each source. To rotate one,
// put the new credential beside the old one, change the tool, and take the old one away.

import { join } from 'node:path';
import { z } from 'zod';
import { createOnce } from '../audit/durable-files.ts';
import { sources } from '../sources/index.ts';
import { SecretsError } from './error.ts';
import { readSecretFile, replaceSecretFile, secretModes } from './secret-file.ts';

/** By source name; each has at least one. */
export type SourceCredentials = ReadonlyMap<string, readonly string[]>;

export const sourceCredentialsPath = (firebreakDir: string): string => join(firebreakDir, 'secrets', 'sources.json');

const shortest = 16;
const file = z.record(
  z.string(),
  z
    .array(z.string().min(shortest, `a credential must have at least ${shortest} characters`))
    .min(1, 'it must have at least one credential'),
);
type File = z.output<typeof file>;

/** Makes what is missing: the file on first use, the credential of a source that is new. Throws SecretsError. */
export async function ensureSourceCredentials(firebreakDir: string): Promise<SourceCredentials> {
  const path = sourceCredentialsPath(firebreakDir);
  const known = await readFile(path);
  const missing = missingFrom(known ?? {});
  if (missing.length > 0) {
    const added = Object.fromEntries(missing.map((source) => [source.name, [source.newCredential()]]));
    const content = `${JSON.stringify({ ...known, ...added }, null, 2)}\n`;
    if (known === null) await createOnce(path, content, secretModes);
    else await replaceSecretFile(path, content);
  }
  // What is on disk counts: another process may have been first.
  return readSourceCredentials(firebreakDir);
}

/** Throws SecretsError, `secrets_missing` for a source without credential: it would take alerts from nobody. */
export async function readSourceCredentials(firebreakDir: string): Promise<SourceCredentials> {
  const path = sourceCredentialsPath(firebreakDir);
  const known = await readFile(path);
  const missing = missingFrom(known ?? {}).map(({ name }) => name);
  if (known === null || missing.length > 0) {
    const found = known === null ? `${path} is missing` : `${path} has no credential for ${missing.join(', ')}`;
    throw new SecretsError('secrets_missing', `${found}: run \`firebreak migrate\`, which makes what is not there.`);
  }
  return new Map(Object.entries(known));
}

const missingFrom = (known: File) => [...sources.values()].filter(({ name }) => !Object.hasOwn(known, name));

async function readFile(path: string): Promise<File | null> {
  const text = await readSecretFile(path);
  if (text === null) return null;
  const parsed = file.safeParse(parseJson(text, path));
  if (parsed.success) return parsed.data;
  const { path: place = [], message = '' } = parsed.error.issues[0] ?? {};
  throw new SecretsError('secrets_unreadable', `${path}, ${place.join('.') || 'as a whole'}: ${message}.`);
}

function parseJson(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // What the parser says would quote a credential.
    throw new SecretsError('secrets_unreadable', `${path} is not JSON: put it right, or back from a backup.`);
  }
}
