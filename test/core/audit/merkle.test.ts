import { createHash } from 'node:crypto';
import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  consistencyProof,
  inclusionProof,
  MerkleTree,
  merkleRoot,
  verifyConsistency,
  verifyInclusion,
} from '../../../src/core/audit/merkle.ts';

// The reference inputs, roots and proofs of the certificate-transparency project (merkle_tree_test.cc).
const inputs = ['', '00', '10', '2021', '3031', '40414243', '5051525354555657', '606162636465666768696a6b6c6d6e6f'];
const roots = [
  'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
];
const knownLeaves = inputs.map((input) => naiveHash([Buffer.of(0), Buffer.from(input, 'hex')]));

describe('the Merkle tree', () => {
  it.each(roots.map((root, size) => [size, root] as const))('has the known root of %i leaves', (size, root) => {
    expect(bytesToHex(merkleRoot(knownLeaves.slice(0, size)))).toBe(root);
  });

  it('gives the known audit path and consistency proofs', () => {
    const firstPath = [
      '96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7',
      '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
      '6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4',
    ];
    expect(inclusionProof(0, knownLeaves).map(bytesToHex)).toEqual(firstPath);
    expect(consistencyProof(1, knownLeaves).map(bytesToHex)).toEqual(firstPath);
    expect(consistencyProof(6, knownLeaves).map(bytesToHex)).toEqual([
      '0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a',
      'ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0',
      'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
    ]);
  });

  it('has the root of the recursive definition at every size, also when resumed from its serialised state', () => {
    fc.assert(
      fc.property(leafLists(), (leaves) => {
        let tree = new MerkleTree();
        leaves.forEach((leaf, index) => {
          tree = MerkleTree.from(JSON.parse(JSON.stringify(tree)));
          tree.append(leaf);
          expect(bytesToHex(tree.root())).toBe(bytesToHex(naiveRoot(leaves.slice(0, index + 1))));
        });
        expect(tree.size).toBe(leaves.length);
      }),
    );
  });

  it('keeps no more nodes than the size has bits', () => {
    const tree = new MerkleTree();
    for (let size = 1; size <= 1000; size++) {
      tree.append(hexToBytes(roots[0] ?? ''));
      expect(tree.toJSON().nodes.length).toBeLessThanOrEqual(Math.ceil(Math.log2(size + 1)));
    }
  });

  it('refuses a serialised state that no tree has', () => {
    expect(() => MerkleTree.from({ size: 3, nodes: [roots[1] ?? ''] })).toThrow(RangeError);
    expect(() => MerkleTree.from({ size: -1, nodes: [] })).toThrow(RangeError);
  });
});

describe('an inclusion proof', () => {
  it('holds for every leaf, and for no other leaf, index, size, path or root', () => {
    fc.assert(
      fc.property(leafListsWithIndex(), fc.nat(), ([leaves, index], noise) => {
        const leafHash = at(leaves, index);
        const [size, root, path] = [leaves.length, merkleRoot(leaves), inclusionProof(index, leaves)];
        const proof = { leafHash, index, size, path, root };
        expect(verifyInclusion(proof)).toBe(true);
        expect(verifyInclusion({ ...proof, leafHash: flipped(leafHash, noise) })).toBe(false);
        expect(verifyInclusion({ ...proof, root: flipped(root, noise) })).toBe(false);
        expect(verifyInclusion({ ...proof, index: size })).toBe(false);
        expect(verifyInclusion({ ...proof, path: [...path, leafHash] })).toBe(false);
        if (size > 1) {
          const other = noise % size;
          expect(verifyInclusion({ ...proof, index: other })).toBe(other === index);
          expect(verifyInclusion({ ...proof, path: path.slice(1) })).toBe(false);
          const step = noise % path.length;
          expect(verifyInclusion({ ...proof, path: path.with(step, flipped(at(path, step), noise)) })).toBe(false);
        }
      }),
    );
  });

  it('is refused for a leaf that is not there', () => {
    expect(() => inclusionProof(8, knownLeaves)).toThrow(RangeError);
    expect(() => inclusionProof(0, [])).toThrow(RangeError);
  });
});

describe('a consistency proof', () => {
  it('holds for every prefix, and not once a leaf of the prefix, a root or the path differs', () => {
    fc.assert(
      fc.property(leafListsWithIndex(), fc.nat(), ([leaves, index], noise) => {
        const first = index + 1;
        const path = consistencyProof(first, leaves);
        const prefix = leaves.slice(0, first);
        const [firstRoot, second, secondRoot] = [merkleRoot(prefix), leaves.length, merkleRoot(leaves)];
        const proof = { first, firstRoot, second, secondRoot, path };
        expect(verifyConsistency(proof)).toBe(true);
        const edited = prefix.with(noise % first, flipped(at(prefix, noise % first), noise));
        expect(verifyConsistency({ ...proof, firstRoot: merkleRoot(edited) })).toBe(false);
        expect(verifyConsistency({ ...proof, secondRoot: flipped(secondRoot, noise) })).toBe(false);
        expect(verifyConsistency({ ...proof, path: [...path, firstRoot] })).toBe(false);
        if (path.length > 0) {
          const step = noise % path.length;
          expect(verifyConsistency({ ...proof, path: path.with(step, flipped(at(path, step), noise)) })).toBe(false);
          expect(verifyConsistency({ ...proof, path: path.slice(0, -1) })).toBe(false);
          expect(verifyConsistency({ ...proof, path: [] })).toBe(false);
        }
      }),
    );
  });

  it('is refused for a prefix longer than the tree, and for an empty one', () => {
    expect(() => consistencyProof(9, knownLeaves)).toThrow(RangeError);
    expect(() => consistencyProof(0, knownLeaves)).toThrow(RangeError);
    const root = merkleRoot(knownLeaves);
    expect(verifyConsistency({ first: 9, firstRoot: root, second: 8, secondRoot: root, path: [] })).toBe(false);
  });
});

/** RFC 6962 section 2.1 word for word, with OpenSSL's SHA-256. */
function naiveRoot(leaves: readonly Uint8Array[]): Uint8Array {
  if (leaves.length === 0) return naiveHash([]);
  if (leaves.length === 1) return at(leaves, 0);
  let split = 1;
  while (split * 2 < leaves.length) split *= 2;
  return naiveHash([Buffer.of(1), naiveRoot(leaves.slice(0, split)), naiveRoot(leaves.slice(split))]);
}

function naiveHash(parts: Uint8Array[]): Uint8Array {
  return new Uint8Array(createHash('sha256').update(Buffer.concat(parts)).digest());
}

function leafLists(minLength = 0): fc.Arbitrary<Uint8Array[]> {
  return fc
    .uniqueArray(fc.nat(), { minLength, maxLength: 70 })
    .map((seeds) => seeds.map((seed) => naiveHash([Buffer.from(`${seed}`)])));
}

function leafListsWithIndex(): fc.Arbitrary<[Uint8Array[], number]> {
  return leafLists(1).chain((leaves) => fc.tuple(fc.constant(leaves), fc.nat({ max: leaves.length - 1 })));
}

function flipped(hash: Uint8Array, noise: number): Uint8Array {
  return hash.with(noise % 32, (at(hash, noise % 32) + 1) % 256);
}

function at<T>(list: { readonly [index: number]: T }, index: number): T {
  const value = list[index];
  if (value === undefined) throw new Error(`nothing at ${index}`);
  return value;
}
