/**
 * A checkpoint: a signed statement of what the log was at one size (a signed tree head). Kept outside the database, it
 * exposes a log that was rewritten or cut. Keys and files are in src/audit; signing is passed in.
 */
import { bytesToHex } from '@noble/hashes/utils.js';
import { canonicalJson, sha256Hex } from '../canonical.ts';
import type { ChainPosition } from './chain.ts';
import type { MerkleTree } from './merkle.ts';

export type UnsignedCheckpoint = {
  version: 1;
  /** The number of entries covered, which is the seq of the last one. */
  size: number;
  /** RFC 6962 root over the leaf hashes of entries 1 to `size`, hex. */
  root: string;
  /** The chain hash of entry `size`, hex. */
  head: string;
  /** ISO-8601 in UTC with milliseconds. */
  at: string;
  /** The first 16 hex digits of SHA-256 of the raw ed25519 public key. */
  keyId: string;
  /** `checkpointDigest` of the checkpoint before this one; null for the first. */
  previous: string | null;
};

export type Checkpoint = UnsignedCheckpoint & {
  /** ed25519 over `checkpointText`, base64. */
  signature: string;
};

/** Signs a text; the signature is base64. */
export type Sign = { readonly keyId: string; sign(text: string): string };

/** Whether a base64 signature is this key's over a text; false also for a malformed signature. */
export type Verify = { readonly keyId: string; verify(text: string, signature: string): boolean };

/** The text that is signed: the canonical JSON of the checkpoint without its signature. */
export function checkpointText(checkpoint: UnsignedCheckpoint): string {
  const { version, size, root, head, at, keyId, previous } = checkpoint;
  return canonicalJson({ version, size, root, head, at, keyId, previous });
}

/** SHA-256 of the signed text, hex: how the next checkpoint refers to this one. */
export function checkpointDigest(checkpoint: UnsignedCheckpoint): string {
  return sha256Hex(checkpointText(checkpoint));
}

/** The checkpoint of a log at a position; `tree` is over exactly the entries up to it. */
export function makeCheckpoint(
  log: { position: ChainPosition; tree: MerkleTree },
  previous: Checkpoint | null,
  at: string,
  key: Sign,
): Checkpoint {
  const unsigned: UnsignedCheckpoint = {
    version: 1,
    size: log.position.size,
    root: bytesToHex(log.tree.root()),
    head: log.position.head,
    at,
    keyId: key.keyId,
    previous: previous === null ? null : checkpointDigest(previous),
  };
  return { ...unsigned, signature: key.sign(checkpointText(unsigned)) };
}

export function isSignedBy(checkpoint: Checkpoint, key: Verify): boolean {
  return checkpoint.keyId === key.keyId && key.verify(checkpointText(checkpoint), checkpoint.signature);
}

/** Whether a log at the checkpoint's size is the log that was signed. */
export function agrees(checkpoint: Checkpoint, log: { position: ChainPosition; tree: MerkleTree }): boolean {
  return checkpoint.head === log.position.head && checkpoint.root === bytesToHex(log.tree.root());
}
