/** Files that are written once, whole and durably: readers see all of a file or none, also after a power cut. */
import { randomUUID } from 'node:crypto';
import { link, mkdir, open, readFile, unlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/** A problem with the audit log's files outside the database. */
export class AuditFileError extends Error {
  readonly code: string;

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'AuditFileError';
    this.code = code;
  }
}

/**
 * Creates a file with its full content, or leaves the one that is there as it is. Of several processes that create the
 * same file, exactly one gets 'created'. Makes the folder, with `folderMode`, where it is missing.
 */
export async function createOnce(
  path: string,
  content: string,
  { mode, folderMode }: { mode: number; folderMode: number },
): Promise<'created' | 'exists'> {
  const folder = dirname(path);
  await mkdir(folder, { recursive: true, mode: folderMode });
  const draft = join(folder, `.${basename(path)}.${randomUUID()}.tmp`);
  try {
    await writeDurably(draft, content, mode);
    // A hard link, not a rename: it fails where the name is taken instead of replacing what is there.
    await link(draft, path);
    await syncFolder(folder);
    return 'created';
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return 'exists';
    throw error;
  } finally {
    await unlink(draft).catch(ignoreMissing);
  }
}

/** A file's text, or null where there is no such file. */
export async function readIfThere(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    return ignoreMissing(error);
  }
}

export function ignoreMissing(error: unknown): null {
  if (hasCode(error, 'ENOENT')) return null;
  throw error;
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}

async function writeDurably(path: string, content: string, mode: number): Promise<void> {
  const file = await open(path, 'wx', mode);
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
