import { createHash } from 'node:crypto';
import { bytesToHex } from '@noble/hashes/utils.js';
import { describe, expect, it } from 'vitest';
import { chainHash, columnFault, continuesChain, genesis, nextPosition } from '../../../src/core/audit/chain.ts';
import { auditBody, leafHash, type StoredEntry } from '../../../src/core/audit/entry.ts';

const stated = { at: '2026-01-31T09:30:00.000Z', actor: 'person:ana', kind: 'note.added', key: 'n1', data: 'seen' };
const body = auditBody(stated);
const leaf = leafHash(body);
const first = nextPosition(genesis, leaf);
const row: StoredEntry = {
  ...{ seq: 1, incidentId: null, at: stated.at, kind: stated.kind, actor: stated.actor, key: stated.key, body },
  ...{ leafHash: bytesToHex(leaf), prevHash: genesis.head, hash: first.head },
};

describe('the hash chain', () => {
  it('starts from 32 zero bytes and hashes previous hash, number and leaf hash', () => {
    const seq = Buffer.alloc(8);
    seq.writeBigUInt64BE(1n);
    const expected = createHash('sha256').update(Buffer.alloc(32)).update(seq).update(leaf).digest('hex');
    expect(first).toEqual({ size: 1, head: expected });
  });

  it('writes numbers beyond 32 bits as a big-endian u64', () => {
    const seq = 2 ** 40 + 7;
    const number = Buffer.alloc(8);
    number.writeBigUInt64BE(BigInt(seq));
    const expected = createHash('sha256').update(Buffer.from(first.head, 'hex')).update(number).update(leaf);
    expect(chainHash(first.head, seq, leaf)).toBe(expected.digest('hex'));
  });

  it('is continued by a whole row only', () => {
    expect(continuesChain(row, leaf, genesis, first)).toBe(true);
    for (const change of [
      { seq: 2 },
      { hash: row.leafHash },
      { prevHash: row.hash },
      { leafHash: row.hash },
      { actor: 'person:eve' },
    ]) {
      expect(continuesChain({ ...row, ...change }, leaf, genesis, first)).toBe(false);
    }
  });
});

describe('the columns beside the body', () => {
  it('agree with it in a row as it was appended', () => {
    expect(columnFault(row)).toBeNull();
  });

  it.each([
    ['at', { at: '2026-01-31T09:30:00.001Z' }],
    ['kind', { kind: 'approval.given' }],
    ['actor', { actor: 'person:eve' }],
    ['incident_id', { incidentId: 'x' }],
    ['key', { key: null }],
    ['body', { body: `${body} ` }],
  ])('are named when %s says something else', (column, change) => {
    expect(columnFault({ ...row, ...change })).toMatchObject({ column });
  });
});
