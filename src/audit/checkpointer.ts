/**
 * Makes the next checkpoint from the newest one and the entries after it, so that it costs what the new entries cost.
 * Verifies them before it signs: a log that was changed since gets no signature.
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { bytesToHex } from '@noble/hashes/utils.js';
import { z } from 'zod';
import { type ChainPosition, genesis } from '../core/audit/chain.ts';
import { agrees, type Checkpoint, makeCheckpoint } from '../core/audit/checkpoint.ts';
import { type AuditDamage, rangeDamage, rewrittenChain, truncatedTail } from '../core/audit/damage.ts';
import type { StoredEntry } from '../core/audit/entry.ts';
import { MerkleTree } from '../core/audit/merkle.ts';
import { signatureDamage } from '../core/audit/review-checkpoints.ts';
import { type ChainVerdict, type OutsideView, verifyChain } from '../core/audit/verify-chain.ts';
import { newestCheckpoint, writeCheckpoint } from './checkpoint-files.ts';
import { readIfThere } from './durable-files.ts';
import type { AuditSigningKey } from './keys.ts';

export type CheckpointOutcome =
  | { kind: 'made'; checkpoint: Checkpoint }
  /** No entry since the newest checkpoint; null where the log is empty. */
  | { kind: 'unchanged'; newest: Checkpoint | null }
  /** The log does not continue the newest checkpoint, or is damaged after it. Nothing was signed. */
  | { kind: 'refused'; damage: AuditDamage };

export type CheckpointedLog = {
  firebreakDir: string;
  /** Entries whose seq is above `seq`, ascending, as one snapshot. */
  entriesAfter(seq: number): AsyncIterable<StoredEntry>;
  key: AuditSigningKey;
  /** ISO-8601 in UTC with milliseconds. */
  at: string;
};

/**
 * Call it under a lock (a Postgres advisory lock): two at once would fork the chain of checkpoints.
 * @throws AuditFileError for a checkpoint file that cannot be read or written; whatever reading entries throws
 */
export async function takeCheckpoint(log: CheckpointedLog): Promise<CheckpointOutcome> {
  const newest = await newestCheckpoint(log.firebreakDir);
  const forged = newest === null ? null : signatureDamage(newest, { signer: log.key.publicKey, claimed: null });
  if (forged !== null) return { kind: 'refused', damage: forged };
  const tree = (newest === null ? null : await savedTree(log.firebreakDir, newest)) ?? new MerkleTree();
  const extended = await extend(tree, newest, log);
  if (extended.damage !== null) return { kind: 'refused', damage: extended.damage };
  const { position } = extended;
  if (position.size === (newest?.size ?? 0)) return { kind: 'unchanged', newest };
  const checkpoint = makeCheckpoint({ position, tree }, newest, log.at, log.key);
  await writeCheckpoint(log.firebreakDir, checkpoint);
  await writeFile(treePath(log.firebreakDir), JSON.stringify(tree));
  return { kind: 'made', checkpoint };
}

/** Verifies what the log has beyond the tree, and appends it. */
async function extend(tree: MerkleTree, newest: Checkpoint | null, log: CheckpointedLog): Promise<ChainVerdict> {
  const after = newest !== null && tree.size === newest.size ? newest : genesis;
  // From the last covered entry on: were it gone, an emptied log would look like an unchanged one.
  const rows = log.entriesAfter(Math.max(0, after.size - 1))[Symbol.asyncIterator]();
  try {
    const covered = after === newest ? await rows.next() : null;
    const damage = covered === null ? null : coveredDamage(covered, after);
    if (damage !== null) return { position: after, damage };
    const observe = (_row: StoredEntry, leafHash: Uint8Array, position: ChainPosition): OutsideView => {
      tree.append(leafHash);
      if (newest === null || position.size !== newest.size) return 'unknown';
      return agrees(newest, { position, tree }) ? 'confirmed' : rewrittenBelow(newest, position.head);
    };
    const verdict = await verifyChain({ [Symbol.asyncIterator]: () => rows }, { after, observe });
    const { position } = verdict;
    if (verdict.damage !== null || newest === null || position.size >= newest.size) return verdict;
    return { position, damage: truncatedTail(position.size, `${newest.size} entries`, nameOf(newest)) };
  } finally {
    await rows.return?.();
  }
}

/**
 * Whether the last entry that the newest checkpoint covers is there as it was. Where it is not, only a verification of
 * the whole log can say from which entry on.
 */
function coveredDamage({ done, value }: IteratorResult<StoredEntry>, newest: ChainPosition): AuditDamage | null {
  if (done !== true && value.seq === newest.size) {
    return value.hash === newest.head ? null : rewrittenBelow(newest, value.hash);
  }
  const code = done === true ? 'audit_tail_truncated' : 'audit_entry_deleted';
  const range = { seq: newest.size, from: 1, to: newest.size };
  return rangeDamage(code, range, `Entry ${newest.size} is gone`, `it to be there, as in ${nameOf(newest)}`);
}

function rewrittenBelow(newest: ChainPosition, found: string): AuditDamage {
  return rewrittenChain({ seq: newest.size, from: 1 }, { found, expected: newest.head }, nameOf(newest));
}

const nameOf = ({ size }: ChainPosition): string => `the checkpoint of size ${size}`;

const treeSchema = z.strictObject({ size: z.int(), nodes: z.array(z.string().regex(/^[0-9a-f]{64}$/)) });
const treePath = (firebreakDir: string): string => join(firebreakDir, 'audit-tree.json');

/**
 * The tree at the newest checkpoint, or null where it must be built from the entries again. It needs no protection:
 * its root is either the one that was signed, or it is not used.
 */
async function savedTree(firebreakDir: string, newest: Checkpoint): Promise<MerkleTree | null> {
  const text = await readIfThere(treePath(firebreakDir));
  if (text === null) return null;
  try {
    const tree = MerkleTree.from(treeSchema.parse(JSON.parse(text)));
    return tree.size === newest.size && bytesToHex(tree.root()) === newest.root ? tree : null;
  } catch {
    return null;
  }
}
