// Makes text from outside storable and bounded. Postgres refuses NUL in text and half surrogate pairs in jsonb.

import { derivedId } from '../../core/ids.ts';

/** Cut to `length` characters (UTF-16 code units), never in the middle of a surrogate pair. */
function cut(text: string, length: number): string {
  if (text.length <= length) return text;
  const endsInPair = /[\ud800-\udbff]/.test(text.charAt(length - 1));
  return text.slice(0, endsInPair ? length - 1 : length);
}

export function cleanText(text: string, length: number): string {
  const storable = text.includes('\0') ? text.replaceAll('\0', '') : text;
  return cut(storable.toWellFormed(), length);
}

/** A text that identifies: what is too long keeps its head and gets a digest of the whole, so that two stay two. */
export function cleanIdentity(text: string, length: number): string {
  const storable = cleanText(text, Number.POSITIVE_INFINITY);
  if (storable.length <= length) return storable;
  const digest = derivedId(24, 'cut', storable);
  return `${cut(storable, length - digest.length - 1)}~${digest}`;
}
