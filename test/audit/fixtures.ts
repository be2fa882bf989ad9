/** Real keys, and the checkpoints that a running Firebreak would have made of a log. */
import { generateKeyPairSync, sign } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hexToBytes } from '@noble/hashes/utils.js';
import { onTestFinished } from 'vitest';
import { type AuditSigningKey, parsePublicKey } from '../../src/audit/keys.ts';
import { type Checkpoint, makeCheckpoint } from '../../src/core/audit/checkpoint.ts';
import type { StoredEntry } from '../../src/core/audit/entry.ts';
import { MerkleTree } from '../../src/core/audit/merkle.ts';

export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'firebreak-audit-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** A key pair that is in no file. */
export function newKey(): AuditSigningKey {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const verifier = parsePublicKey(publicKey.export({ type: 'spki', format: 'pem' }).toString(), 'test key');
  return {
    keyId: verifier.keyId,
    publicKey: verifier,
    sign: (text) => sign(null, Buffer.from(text), privateKey).toString('base64'),
  };
}

export function checkpointsOf(
  log: readonly StoredEntry[],
  sizes: readonly number[],
  key: AuditSigningKey,
): Checkpoint[] {
  const tree = new MerkleTree();
  const checkpoints: Checkpoint[] = [];
  for (const row of log) {
    tree.append(hexToBytes(row.leafHash));
    if (!sizes.includes(row.seq)) continue;
    const position = { size: row.seq, head: row.hash };
    const at = new Date(Date.UTC(2026, 5, 1) + row.seq * 1000).toISOString();
    checkpoints.push(makeCheckpoint({ position, tree }, checkpoints.at(-1) ?? null, at, key));
  }
  return checkpoints;
}
