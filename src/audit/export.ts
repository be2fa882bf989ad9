/**
 * An export of the audit log as a file that verifies without the database: NDJSON, UTF-8, lines ended by \n alone.
 *   {"firebreakAudit":1,"publicKey":"-----BEGIN PUBLIC KEY-----…" | null}
 *   {"checkpoint":{…}}            one line each, by ascending size
 *   {"entry":{"seq":1,…}}         one line each, as StoredEntry, by ascending seq
 *   {"end":{"size":2,"head":"…"}} so that a file that was cut off is not taken for a whole one
 */
import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { z } from 'zod';
import { genesis } from '../core/audit/chain.ts';
import type { Checkpoint } from '../core/audit/checkpoint.ts';
import type { StoredEntry } from '../core/audit/entry.ts';
import { checkpointSchema } from './checkpoint-files.ts';
import { AuditFileError } from './durable-files.ts';
import { readLines } from './lines.ts';

/** What an export is made of. `publicKey` is SPKI PEM, or null where no key was made yet. */
export type AuditLog = {
  publicKey: string | null;
  checkpoints: readonly Checkpoint[];
  entries: AsyncIterable<StoredEntry>;
};

/** How an export ended: only known once its entries are read to their end. */
export type ExportEnding =
  | { kind: 'whole'; size: number; head: string }
  /** The last line is missing: a download that broke off, or a file that was cut. */
  | { kind: 'cut' }
  | { kind: 'malformed'; line: number; reason: string };

export type AuditExport = Omit<AuditLog, 'entries'> & {
  /** Can be read once. Ends early at a malformed line instead of throwing: `ending` says so. */
  entries: AsyncIterable<StoredEntry>;
  ending(): ExportEnding;
};

const bytes = z.string().regex(/^([0-9a-f]{2})*$/);
const headerSchema = z.strictObject({ firebreakAudit: z.literal(1), publicKey: z.string().nullable() });
// Hashes may have any length here: a wrong one is damage to an entry, to be named as such, not a malformed file.
const entrySchema = z.strictObject({
  seq: z.int(),
  incidentId: z.string().nullable(),
  at: z.string(),
  kind: z.string(),
  actor: z.string(),
  key: z.string().nullable(),
  body: z.string(),
  leafHash: bytes,
  prevHash: bytes,
  hash: bytes,
});
const lineSchema = z.union([
  z.strictObject({ entry: entrySchema }),
  z.strictObject({ checkpoint: checkpointSchema }),
  z.strictObject({ end: z.strictObject({ size: z.int().nonnegative(), head: bytes }) }),
]);
type Line = z.infer<typeof lineSchema>;

/** The lines of an export, each with its line end; to be written or sent as they come. */
export async function* exportLines(log: AuditLog): AsyncGenerator<string> {
  yield `${JSON.stringify({ firebreakAudit: 1, publicKey: log.publicKey })}\n`;
  for (const checkpoint of log.checkpoints) yield `${JSON.stringify({ checkpoint })}\n`;
  let [size, head] = [0, genesis.head];
  for await (const entry of log.entries) {
    yield `${JSON.stringify({ entry })}\n`;
    [size, head] = [entry.seq, entry.hash];
  }
  yield `${JSON.stringify({ end: { size, head } })}\n`;
}

/** Writes a new file that only its owner can read: entries name people and systems. Fails where the file exists. */
export async function writeExport(path: string, log: AuditLog): Promise<void> {
  const file = await open(path, 'wx', 0o600);
  await pipeline(exportLines(log), file.createWriteStream({ flush: true }));
}

/** @throws AuditFileError `audit_export_malformed` where the file does not begin as an export. */
export async function openExport(path: string): Promise<AuditExport> {
  const file = createReadStream(path, { highWaterMark: 256 * 1024 });
  await once(file, 'open');
  return readExport(file, path);
}

/** Reads an export from chunks of bytes. `name` says in errors where it is from. Errors as in openExport. */
export async function readExport(chunks: AsyncIterable<Uint8Array>, name: string): Promise<AuditExport> {
  const lines = readLines(chunks);
  let lineNumber = 0;
  let ending: ExportEnding = { kind: 'cut' };
  async function next<T>(schema: z.ZodType<T>): Promise<T | null> {
    lineNumber += 1;
    const line = await lines.next();
    return line.done === true ? null : schema.parse(JSON.parse(line.value));
  }
  const malformed = (error: unknown): ExportEnding => ({
    kind: 'malformed',
    line: lineNumber,
    reason: reasonOf(error),
  });

  async function readHeader() {
    try {
      const header = await next(headerSchema);
      if (header !== null) return header;
      throw new Error('it is empty');
    } catch (cause) {
      await lines.return(undefined);
      const message = `${name} is not an export of a Firebreak audit log (${reasonOf(cause)}). Export it again.`;
      throw new AuditFileError('audit_export_malformed', message, { cause });
    }
  }
  async function* readEntries(first: Line | null): AsyncGenerator<StoredEntry> {
    try {
      for (let line = first; line !== null; line = await next(lineSchema)) {
        if ('entry' in line) yield line.entry;
        else if ('checkpoint' in line) throw new Error('a checkpoint among the entries');
        else if ((await next(z.unknown())) !== null) throw new Error('more after the last line');
        else {
          ending = { kind: 'whole', ...line.end };
          return;
        }
      }
    } catch (error) {
      ending = malformed(error);
    } finally {
      await lines.return(undefined);
    }
  }

  const { publicKey } = await readHeader();
  const checkpoints: Checkpoint[] = [];
  let line: Line | null = null;
  try {
    line = await next(lineSchema);
    for (; line !== null && 'checkpoint' in line; line = await next(lineSchema)) checkpoints.push(line.checkpoint);
  } catch (error) {
    line = null;
    ending = malformed(error);
  }
  return { publicKey, checkpoints, entries: readEntries(line), ending: () => ending };
}

function reasonOf(error: unknown): string {
  if (error instanceof z.ZodError) return z.prettifyError(error).replaceAll('\n', ' ');
  return error instanceof Error ? error.message : String(error);
}
