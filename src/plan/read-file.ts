// One file of a plan folder → its text. What is no file, lies outside the folder, is too long or is not UTF-8 is refused
// with its reason before more of it than that is taken into memory.

import { constants } from 'node:fs';
import { open, realpath } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { yamlBounds } from './read-yaml.ts';

export type FileRead =
  | { ok: true; text: string }
  | { ok: false; message: string /** Where the text stops being UTF-8. */; line?: number; column?: number };

const refuse = (message: string): FileRead => ({ ok: false, message });

export async function readPlanFile(folder: string, file: string): Promise<FileRead> {
  const path = join(folder, file);
  try {
    const [base, real] = await Promise.all([realpath(folder), realpath(path)]);
    if (!real.startsWith(base + sep))
      return refuse('is a link that leads out of the folder: put the file itself there');
    return await readBounded(real);
  } catch (error) {
    return refuse(unreadable(error));
  }
}

/** Not blocking: a pipe in place of a file would otherwise wait for its writer. */
async function readBounded(path: string): Promise<FileRead> {
  const handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const found = await handle.stat();
    if (!found.isFile()) return refuse('is no file: put a YAML file there');
    // One byte more, for a file that grows while it is read.
    const buffer = Buffer.alloc(Math.min(found.size, yamlBounds.bytes) + 1);
    const { bytesRead } = await handle.read(buffer, 0, buffer.length, 0);
    const bytes = Math.max(found.size, bytesRead);
    if (bytes > yamlBounds.bytes) return refuse(`the file has ${bytes} bytes: at most ${yamlBounds.bytes} are read`);
    return decode(buffer.subarray(0, bytesRead));
  } finally {
    await handle.close();
  }
}

function decode(bytes: Buffer): FileRead {
  try {
    // Without its byte order mark, which some editors write and nobody sees.
    return { ok: true, text: new TextDecoder('utf-8', { fatal: true }).decode(bytes) };
  } catch {
    const before = bytes.subarray(0, firstBadByte(bytes));
    const lines = before.toString('utf8').split('\n');
    const found = `0x${(bytes[before.length] ?? 0).toString(16).padStart(2, '0')}`;
    return {
      ok: false,
      message: `the byte ${found} is not UTF-8: save the file as UTF-8`,
      line: lines.length,
      column: (lines.at(-1)?.length ?? 0) + 1,
    };
  }
}

/** Bisects: a text is UTF-8 up to a byte, or it is not. */
function firstBadByte(bytes: Buffer): number {
  let [good, bad] = [0, bytes.length];
  while (bad - good > 1) {
    const middle = (good + bad) >> 1;
    // Streaming: a character that is cut off at the end is not wrong yet.
    if (isUtf8(bytes.subarray(0, middle))) good = middle;
    else bad = middle;
  }
  return good;
}

function isUtf8(bytes: Buffer): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: true });
    return true;
  } catch {
    return false;
  }
}

export function unreadable(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ENOENT') return 'is not there: create it (docs/response-plan.md says what belongs into it)';
  if (code === 'ELOOP') return 'is a link that leads to itself: put the file itself there';
  return `cannot be read: ${error instanceof Error ? error.message : String(error)}`;
}
