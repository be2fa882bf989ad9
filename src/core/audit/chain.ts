/**
 * The hash chain: each entry's hash covers its number, its body and the hash before it.
 * Postgres computes the same in the appending transaction; here it is computed again to verify.
 */
import { bytesToHex, concatBytes, hexToBytes } from '@noble/hashes/utils.js';
import { sha256 } from '../canonical.ts';
import { parseAuditBody, type StoredEntry } from './entry.ts';

/** A place in the chain: how many entries there are up to it, and the hash of the last one (hex). */
export type ChainPosition = { readonly size: number; readonly head: string };

/** Before the first entry: 32 zero bytes. */
export const genesis: ChainPosition = { size: 0, head: '0'.repeat(64) };

/** The hash of an entry: SHA-256(previous hash || seq as big-endian u64 || leaf hash), as hex. */
export function chainHash(prevHash: string, seq: number, leafHash: Uint8Array): string {
  const number = new Uint8Array(8);
  new DataView(number.buffer).setBigUint64(0, BigInt(seq));
  return bytesToHex(sha256(concatBytes(hexToBytes(prevHash), number, leafHash)));
}

/** The position after an entry with this leaf hash is appended. */
export function nextPosition(position: ChainPosition, leafHash: Uint8Array): ChainPosition {
  const size = position.size + 1;
  return { size, head: chainHash(position.head, size, leafHash) };
}

/**
 * Whether a row is the entry right after a position, whole in each of its columns.
 * `leafHash` is computed from its body, `next` is `nextPosition(position, leafHash)`.
 */
export function continuesChain(
  row: StoredEntry,
  leafHash: Uint8Array,
  position: ChainPosition,
  next: ChainPosition,
): boolean {
  return (
    row.seq === next.size &&
    row.hash === next.head &&
    row.prevHash === position.head &&
    row.leafHash === bytesToHex(leafHash) &&
    columnFault(row) === null
  );
}

/** The first column that says something else than the hashed body; null where all agree. */
export function columnFault(row: StoredEntry): { column: string; found: string; expected: string } | null {
  const body = parseAuditBody(row.body);
  if (body === null) return { column: 'body', found: 'another text', expected: 'the canonical JSON of an audit entry' };
  const pairs: [string, string | null, string | null][] = [
    ['at', row.at, body.at],
    ['kind', row.kind, body.kind],
    ['actor', row.actor, body.actor],
    ['incident_id', row.incidentId, body.incidentId ?? null],
    ['key', row.key, body.key ?? null],
  ];
  for (const [column, found, expected] of pairs) {
    if (found !== expected) return { column, found: JSON.stringify(found), expected: JSON.stringify(expected) };
  }
  return null;
}
