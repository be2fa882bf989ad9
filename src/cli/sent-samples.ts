// When the samples that were sent began, so that what is sent later about them is about the same alert.

import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

export interface SampleKey {
  /** FIREBREAK_DIR. */
  dir: string;
  source: string;
  sample: string;
}

const record = z.record(z.string(), z.number());
const fileOf = (dir: string): string => join(dir, 'sent-samples.json');
const nameOf = ({ source, sample }: SampleKey): string => `${source}/${sample}`;

/** Milliseconds since 1970; undefined when it was not sent from here. */
export async function startOf(key: SampleKey): Promise<number | undefined> {
  return (await read(key.dir))[nameOf(key)];
}

export async function rememberStart(key: SampleKey, startedMs: number): Promise<void> {
  const all = { ...(await read(key.dir)), [nameOf(key)]: startedMs };
  await mkdir(key.dir, { recursive: true });
  await writeFile(fileOf(key.dir), `${JSON.stringify(all)}\n`);
}

async function read(dir: string): Promise<Record<string, number>> {
  try {
    return record.parse(JSON.parse(await readFile(fileOf(dir), 'utf8')));
  } catch {
    // Missing or torn: nothing was sent, as far as one knows.
    return {};
  }
}
