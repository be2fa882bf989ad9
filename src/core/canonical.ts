/**
 * Canonical JSON (RFC 8785) and SHA-256: the bytes that digests, signatures and the audit log are computed over.
 * Runs in Temporal's workflow sandbox and in the browser, so it must not import node:*.
 */
import { sha256 as nobleSha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import canonicalize from 'canonicalize';

/** A value that JSON can say exactly. An optional property that is undefined is simply absent. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json | undefined };

/**
 * Deeper values are refused. It bounds recursion here and stays below what other languages' parsers accept, so that
 * whoever verifies a digest elsewhere can read what was signed.
 */
const maxDepth = 512;

/** A value that JSON cannot say. `path` is where it is, as in `$.targets[3].address`. */
export class CanonicalJsonError extends Error {
  readonly code = 'canonical_json_unrepresentable';
  readonly path: string;

  constructor(path: string, found: string, instead: string) {
    super(`${path} is ${found}, which JSON cannot say: ${instead}.`);
    this.name = 'CanonicalJsonError';
    this.path = path;
  }
}

/**
 * The one JSON text of a value (RFC 8785): names sorted by UTF-16 code units, ES number format, no whitespace.
 * Properties that are undefined are left out, as they are absent; everything else that JSON.stringify would silently
 * drop or change (undefined in arrays, functions, dates, class instances) is an error.
 * @throws CanonicalJsonError naming the place, what was found there and what would be right.
 */
export function canonicalJson(value: unknown): string {
  refuseUnrepresentable(value, '$', 0);
  const text = canonicalize(value);
  if (text === undefined) throw new CanonicalJsonError('$', 'undefined', 'give a value or null');
  return text;
}

/** SHA-256 (FIPS 180-4) of bytes, or of the UTF-8 of a text. 32 bytes. */
export function sha256(input: string | Uint8Array): Uint8Array {
  return nobleSha256(typeof input === 'string' ? utf8ToBytes(input) : input);
}

/** SHA-256 as 64 lower-case hex digits. */
export function sha256Hex(input: string | Uint8Array): string {
  return bytesToHex(sha256(input));
}

function refuseUnrepresentable(value: unknown, path: string, depth: number): void {
  switch (typeof value) {
    case 'boolean':
      return;
    case 'string':
      if (!value.isWellFormed()) {
        throw new CanonicalJsonError(path, 'a text with half a surrogate pair', 'repair it with toWellFormed()');
      }
      return;
    case 'number':
      if (!Number.isFinite(value)) throw new CanonicalJsonError(path, String(value), 'give a finite number or null');
      return;
    case 'object':
      if (value !== null) refuseInside(value, path, depth);
      return;
    case 'bigint':
      throw new CanonicalJsonError(path, 'a bigint', 'give it as a decimal string');
    case 'undefined':
      throw new CanonicalJsonError(path, 'undefined', 'give a value or null');
    default:
      throw new CanonicalJsonError(path, `a ${typeof value}`, 'give plain data');
  }
}

function refuseInside(value: object, path: string, depth: number): void {
  if (depth >= maxDepth) {
    throw new CanonicalJsonError(path, `nested deeper than ${maxDepth} levels or part of a cycle`, 'flatten it');
  }
  if (Array.isArray(value)) {
    // By index, not forEach: a hole must be refused like the undefined that it reads as.
    for (let index = 0; index < value.length; index++) {
      refuseUnrepresentable(value[index], `${path}[${index}]`, depth + 1);
    }
    return;
  }
  if (!isPlainObject(value)) {
    throw new CanonicalJsonError(path, `a ${value.constructor?.name ?? 'class instance'}`, 'give plain data');
  }
  for (const [name, member] of Object.entries(value)) {
    if (member === undefined) continue;
    refuseUnrepresentable(name, `the name at ${path}`, depth);
    refuseUnrepresentable(member, `${path}.${name}`, depth + 1);
  }
}

/** By the length of the prototype chain, not by identity: values cross realms on their way into the sandbox. */
function isPlainObject(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}
