/** Checkpoints as files outside the database: one a checkpoint, named by its size, written once and never changed. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { type Checkpoint, checkpointDigest } from '../core/audit/checkpoint.ts';
import { canonicalJson } from '../core/canonical.ts';
import { AuditFileError, createOnce, ignoreMissing, readIfThere } from './durable-files.ts';

const hex256 = z.string().regex(/^[0-9a-f]{64}$/);

export const checkpointSchema = z.strictObject({
  version: z.literal(1),
  size: z.int().positive(),
  root: hex256,
  head: hex256,
  at: z.iso.datetime({ precision: 3 }),
  keyId: z.string().regex(/^[0-9a-f]{16}$/),
  previous: hex256.nullable(),
  signature: z.base64(),
});

export const checkpointsPath = (firebreakDir: string): string => join(firebreakDir, 'checkpoints');

export function checkpointPath(firebreakDir: string, size: number): string {
  return join(checkpointsPath(firebreakDir), `${String(size).padStart(12, '0')}.json`);
}

/**
 * Keeps a checkpoint for good. Writing the same one again changes nothing.
 * Whoever makes checkpoints holds a lock while it reads the newest, signs and writes; two that do not would fork the
 * chain of checkpoints. The check here is the last line, not the lock.
 * @throws AuditFileError `audit_checkpoint_conflict` where another checkpoint has that size, or it does not follow the
 * newest one.
 */
export async function writeCheckpoint(firebreakDir: string, checkpoint: Checkpoint): Promise<void> {
  const path = checkpointPath(firebreakDir, checkpoint.size);
  const text = `${canonicalJson(checkpoint)}\n`;
  const kept = await readIfThere(path);
  if (kept === text) return;
  if (kept === null) {
    await refuseFork(firebreakDir, checkpoint);
    if ((await createOnce(path, text, { mode: 0o444, folderMode: 0o755 })) === 'created') return;
    if ((await readIfThere(path)) === text) return;
  }
  throw new AuditFileError(
    'audit_checkpoint_conflict',
    `${path} holds another checkpoint of size ${checkpoint.size}; checkpoints are never replaced. ` +
      'If nobody tampered with it, two processes made checkpoints at once: let only one do so.',
  );
}

/** The sizes of the checkpoints that are kept, ascending. */
export async function listCheckpoints(firebreakDir: string): Promise<number[]> {
  const names = (await readdir(checkpointsPath(firebreakDir)).catch(ignoreMissing)) ?? [];
  return names
    .flatMap((name) => /^(\d{12,})\.json$/.exec(name)?.[1] ?? [])
    .map(Number)
    .sort((a, b) => a - b);
}

/** @throws AuditFileError `audit_checkpoint_unreadable`, or `audit_checkpoint_swapped` where it is not of that size. */
export async function readCheckpoint(firebreakDir: string, size: number): Promise<Checkpoint> {
  const path = checkpointPath(firebreakDir, size);
  const checkpoint = parseCheckpoint(await readFile(path, 'utf8'), path);
  if (checkpoint.size !== size) {
    throw new AuditFileError(
      'audit_checkpoint_swapped',
      `${path} holds a checkpoint of size ${checkpoint.size}; expected one of size ${size}, as its name says. ` +
        'Put back the copy that is kept elsewhere, and find out who can write to the checkpoints.',
    );
  }
  return checkpoint;
}

/** All checkpoints that are kept, by ascending size. Errors as in readCheckpoint. */
export async function readCheckpoints(firebreakDir: string): Promise<Checkpoint[]> {
  const checkpoints: Checkpoint[] = [];
  for (const size of await listCheckpoints(firebreakDir)) checkpoints.push(await readCheckpoint(firebreakDir, size));
  return checkpoints;
}

/** The newest checkpoint that is kept, or null. */
export async function newestCheckpoint(firebreakDir: string): Promise<Checkpoint | null> {
  const size = (await listCheckpoints(firebreakDir)).at(-1);
  return size === undefined ? null : readCheckpoint(firebreakDir, size);
}

/** @throws AuditFileError `audit_checkpoint_unreadable`; `name` says where the text is from. */
export function parseCheckpoint(text: string, name: string): Checkpoint {
  try {
    return checkpointSchema.parse(JSON.parse(text));
  } catch (cause) {
    const reason = cause instanceof z.ZodError ? z.prettifyError(cause) : String(cause);
    throw new AuditFileError(
      'audit_checkpoint_unreadable',
      `${name} is not a checkpoint (${reason}). Put back the copy that is kept elsewhere.`,
      { cause },
    );
  }
}

async function refuseFork(firebreakDir: string, checkpoint: Checkpoint): Promise<void> {
  const newest = await newestCheckpoint(firebreakDir);
  const follows = newest === null ? null : checkpointDigest(newest);
  if (checkpoint.previous === follows && checkpoint.size > (newest?.size ?? 0)) return;
  throw new AuditFileError(
    'audit_checkpoint_conflict',
    `The checkpoint of size ${checkpoint.size} does not follow the newest one, of size ${newest?.size ?? 0}. ` +
      'Make it again from the newest; if this repeats, two processes make checkpoints at once: let only one do so.',
  );
}
