// Remembers in the state folder which process serves it, so that a start after a crash finds what was left running.

import { readFile, rename, writeFile } from 'node:fs/promises';
import { z } from 'zod';
import { EmbeddedError } from './error.ts';
import { describeProcess, endProcess } from './processes.ts';

const recordSchema = z.object({
  pid: z.number().int().positive(),
  /** The Firebreak process that started it. */
  parentPid: z.number().int().positive(),
  ports: z.record(z.string(), z.number().int()),
});
export type RunRecord = z.infer<typeof recordSchema>;

export async function readRecord(file: string): Promise<RunRecord | undefined> {
  try {
    return recordSchema.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch {
    // Missing or torn: then nothing is known, and the port and the data's own lock still guard against two servers.
    return undefined;
  }
}

export async function writeRecord(file: string, record: RunRecord): Promise<void> {
  const next = `${file}.${process.pid}`;
  await writeFile(next, `${JSON.stringify(record)}\n`, { mode: 0o600 });
  await rename(next, file);
}

export interface Leftover {
  /** For people: "the embedded Temporal". */
  what: string;
  /** Text that the command line of our server holds and no other process does: the path of its data. */
  marker: string;
  stopSignal: NodeJS.Signals;
  stopTimeoutMs: number;
}

/**
 * Ends the server that a killed Firebreak left behind. The id alone proves nothing, for ids are reused: the command line
 * must name our data. Throws EmbeddedError `state_in_use` when the Firebreak that started it still runs.
 */
export async function endLeftover(record: RunRecord | undefined, leftover: Leftover): Promise<void> {
  if (record === undefined) return;
  const found = await describeProcess(record.pid);
  if (!found?.command.includes(leftover.marker)) return;
  // An orphan has another parent: the kernel gives it to init or a subreaper.
  if (found.parentPid === record.parentPid) {
    throw new EmbeddedError(
      'state_in_use',
      `${leftover.what} of this state folder is already run by process ${record.parentPid}: stop that one, or set FIREBREAK_DIR to another folder.`,
    );
  }
  await endProcess(record.pid, leftover.stopSignal, leftover.stopTimeoutMs);
}
