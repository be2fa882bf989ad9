// What an action must remember of one effect, kept beside the target and not in our store: so that every attempt, on
// any worker, goes by what the first one saw.

import { createHash, randomUUID } from 'node:crypto';
import { link, mkdir, open, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { z } from 'zod';

const fileOf = (directory: string, key: string) =>
  join(directory, 'firebreak', `${createHash('sha256').update(key).digest('hex').slice(0, 32)}.json`);

export async function findNote<Value>(
  directory: string,
  key: string,
  schema: z.ZodType<Value>,
): Promise<Value | undefined> {
  const text = await readFile(fileOf(directory, key), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  return text === undefined ? undefined : schema.parse(JSON.parse(text));
}

/** The note of the key: the one that is there, else the one that `make` makes. On disk when it returns. */
export async function noteOnce<Value>(
  directory: string,
  key: string,
  schema: z.ZodType<Value>,
  make: () => Promise<Value>,
): Promise<Value> {
  const found = await findNote(directory, key, schema);
  if (found !== undefined) return found;
  const made = await make();
  const file = fileOf(directory, key);
  await mkdir(join(directory, 'firebreak'), { recursive: true, mode: 0o750 });
  const draft = `${file}.${randomUUID()}`;
  const handle = await open(draft, 'w', 0o640);
  try {
    await handle.writeFile(JSON.stringify(made));
    await handle.sync();
  } finally {
    await handle.close();
  }
  // A link is refused where the name is taken, so of two attempts the first one's note stands.
  await link(draft, file).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
  await rm(draft, { force: true });
  return (await findNote(directory, key, schema)) ?? made;
}
