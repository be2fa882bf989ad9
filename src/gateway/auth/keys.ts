// Keys of the API: how they are made, recognised and compared. Their text is random, so a plain SHA-256 keeps it.

import { createHash, randomInt, timingSafeEqual } from 'node:crypto';
import { derivedId } from '../../core/ids.ts';

const base62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
/** 40 × log2(62) = 238 bits. */
const secretLength = 40;
const keyIdLength = 12;
const ownForm = /^fbk_([0-9a-z]{12})_[0-9A-Za-z]{32,}$/;

/** Shortest text of a preset key, in characters. */
export const shortestPresetKey = 24;
/** Longest text that is looked at, in characters. */
export const longestKey = 300;

/** A new key: `fbk_<keyId>_<secret>`. */
export function newKeyText(): string {
  return `fbk_${randomText(keyIdLength, base62.slice(0, 10) + base62.slice(36))}_${randomText(secretLength, base62)}`;
}

/** The id under which a key is stored. A preset key of another form has an id that is derived from its hash. */
export function keyIdOf(text: string): string {
  return ownForm.exec(text)?.[1] ?? derivedId(keyIdLength, 'key', hashOf(text).toString('hex'));
}

export function hashOf(text: string): Buffer {
  return createHash('sha256').update(text, 'utf8').digest();
}

/** In constant time, also where there is no key to compare with. */
export function isKey(text: string, stored: Buffer | undefined): boolean {
  const isEqual = timingSafeEqual(hashOf(text), stored ?? Buffer.alloc(32));
  return isEqual && stored !== undefined;
}

export function randomText(length: number, alphabet = base62): string {
  return Array.from({ length }, () => alphabet[randomInt(alphabet.length)]).join('');
}
