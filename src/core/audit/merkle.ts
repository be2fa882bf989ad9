/**
 * The Merkle tree of the audit log, as in Certificate Transparency: RFC 6962 section 2.1, with the verification
 * algorithms of RFC 9162 section 2.1. Leaves are leaf hashes (entry.ts), never bodies; indexes count from 0.
 * Sizes may exceed 32 bits, so there are no bit operators here.
 */
import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js';
import { sha256 } from '../canonical.ts';

/** A Merkle tree's state as JSON: its size and the roots of its complete subtrees, widest first, as hex. */
export type SerialisedTree = { size: number; nodes: string[] };

/** The hash of an inner node: SHA-256(0x01 || left || right). */
function nodeHash(left: Uint8Array, right: Uint8Array): Uint8Array {
  const node = new Uint8Array(65);
  node[0] = 1;
  node.set(left, 1);
  node.set(right, 33);
  return sha256(node);
}

/** A tree that grows leaf by leaf in O(log n) memory (a compact range): new roots need only the new leaves. */
export class MerkleTree {
  #size = 0;
  readonly #nodes: Uint8Array[] = [];

  /** @throws RangeError where the nodes are not those of a tree of that size. */
  static from({ size, nodes }: SerialisedTree): MerkleTree {
    if (!Number.isSafeInteger(size) || size < 0 || nodes.length !== onesOf(size)) {
      throw new RangeError(
        `A Merkle tree of ${size} leaves has ${onesOf(size)} complete subtrees, not ${nodes.length}.`,
      );
    }
    const tree = new MerkleTree();
    tree.#size = size;
    tree.#nodes.push(...nodes.map(hexToBytes));
    return tree;
  }

  get size(): number {
    return this.#size;
  }

  append(leafHash: Uint8Array): void {
    // A leaf completes as many subtrees as the size has trailing one bits.
    let completed = 0;
    for (let width = this.#size; width % 2 === 1; width = half(width)) completed += 1;
    const subtrees = this.#nodes.splice(this.#nodes.length - completed);
    this.#nodes.push(subtrees.reduceRight((right, left) => nodeHash(left, right), leafHash));
    this.#size += 1;
  }

  /** The RFC 6962 tree hash over all leaves so far; of no leaves, SHA-256 of nothing. */
  root(): Uint8Array {
    return this.#nodes.length === 0 ? sha256('') : this.#nodes.reduceRight((right, left) => nodeHash(left, right));
  }

  toJSON(): SerialisedTree {
    return { size: this.#size, nodes: this.#nodes.map(bytesToHex) };
  }
}

/** The root over a list of leaf hashes. */
export function merkleRoot(leaves: Iterable<Uint8Array>): Uint8Array {
  const tree = new MerkleTree();
  for (const leaf of leaves) tree.append(leaf);
  return tree.root();
}

/** The audit path of RFC 6962 section 2.1.1: proves that leaf `index` is in the tree over `leaves`. */
export function inclusionProof(index: number, leaves: readonly Uint8Array[]): Uint8Array[] {
  if (!Number.isInteger(index) || index < 0 || index >= leaves.length) {
    throw new RangeError(`There is no leaf ${index} in a tree of ${leaves.length} leaves.`);
  }
  if (leaves.length === 1) return [];
  const split = splitOf(leaves.length);
  const [left, right] = [leaves.slice(0, split), leaves.slice(split)];
  return index < split
    ? [...inclusionProof(index, left), merkleRoot(right)]
    : [...inclusionProof(index - split, right), merkleRoot(left)];
}

/** The consistency proof of RFC 6962 section 2.1.2: proves that the first `first` leaves are a prefix of `leaves`. */
export function consistencyProof(first: number, leaves: readonly Uint8Array[]): Uint8Array[] {
  if (!Number.isInteger(first) || first < 1 || first > leaves.length) {
    throw new RangeError(`A tree of ${first} leaves is not a prefix of one of ${leaves.length}.`);
  }
  return subProof(first, leaves, true);
}

/** RFC 9162 section 2.1.3.2. */
export function verifyInclusion(proof: {
  leafHash: Uint8Array;
  index: number;
  size: number;
  path: readonly Uint8Array[];
  root: Uint8Array;
}): boolean {
  const { index, size } = proof;
  if (!Number.isSafeInteger(index) || !Number.isSafeInteger(size) || index < 0 || index >= size) return false;
  let [node, last, hash] = [index, size - 1, proof.leafHash];
  for (const sibling of proof.path) {
    if (last === 0) return false;
    if (node % 2 === 1 || node === last) {
      hash = nodeHash(sibling, hash);
      while (node % 2 === 0 && node !== 0) [node, last] = [half(node), half(last)];
    } else {
      hash = nodeHash(hash, sibling);
    }
    [node, last] = [half(node), half(last)];
  }
  return last === 0 && equal(hash, proof.root);
}

/** RFC 9162 section 2.1.4.2. Two trees of one size are consistent when their roots are equal and the path is empty. */
export function verifyConsistency(proof: {
  first: number;
  firstRoot: Uint8Array;
  second: number;
  secondRoot: Uint8Array;
  path: readonly Uint8Array[];
}): boolean {
  const { first, second, firstRoot, secondRoot } = proof;
  if (!Number.isSafeInteger(first) || !Number.isSafeInteger(second) || first < 1 || first > second) return false;
  if (first === second) return proof.path.length === 0 && equal(firstRoot, secondRoot);
  const [start, ...rest] = onesOf(first) === 1 ? [firstRoot, ...proof.path] : proof.path;
  if (start === undefined || proof.path.length === 0) return false;
  let [node, last] = [first - 1, second - 1];
  while (node % 2 === 1) [node, last] = [half(node), half(last)];
  let [firstHash, secondHash] = [start, start];
  for (const sibling of rest) {
    if (last === 0) return false;
    if (node % 2 === 1 || node === last) {
      firstHash = nodeHash(sibling, firstHash);
      secondHash = nodeHash(sibling, secondHash);
      while (node % 2 === 0 && node !== 0) [node, last] = [half(node), half(last)];
    } else {
      secondHash = nodeHash(secondHash, sibling);
    }
    [node, last] = [half(node), half(last)];
  }
  return last === 0 && equal(firstHash, firstRoot) && equal(secondHash, secondRoot);
}

/** `whole` is whether the prefix is a subtree whose root the verifier knows already. */
function subProof(first: number, leaves: readonly Uint8Array[], whole: boolean): Uint8Array[] {
  if (first === leaves.length) return whole ? [] : [merkleRoot(leaves)];
  const split = splitOf(leaves.length);
  const [left, right] = [leaves.slice(0, split), leaves.slice(split)];
  return first <= split
    ? [...subProof(first, left, whole), merkleRoot(right)]
    : [...subProof(first - split, right, false), merkleRoot(left)];
}

/** The largest power of two below `size`. */
function splitOf(size: number): number {
  let split = 1;
  while (split * 2 < size) split *= 2;
  return split;
}

function onesOf(size: number): number {
  let ones = 0;
  for (let rest = size; rest > 0; rest = half(rest)) ones += rest % 2;
  return ones;
}

const half = (value: number): number => Math.floor(value / 2);

function equal(left: Uint8Array, right: Uint8Array): boolean {
  return bytesToHex(left) === bytesToHex(right);
}
