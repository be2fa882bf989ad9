// Reading the data of audit entries, which are JSON of many shapes.

import type { Json } from '../canonical.ts';

export type Data = { readonly [name: string]: Json | undefined };

/** @throws when it is none, so that the entry is shown as it is */
export function asRecord(value: Json | undefined): Data {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Data;
  throw new TypeError('not an object');
}

/** @throws when it is none */
export function asText(value: Json | undefined): string {
  if (typeof value === 'string') return value;
  throw new TypeError('not a text');
}

/** @throws when it is none */
export function asList(value: Json | undefined): readonly Json[] {
  if (Array.isArray(value)) return value;
  throw new TypeError('not a list');
}

/** Empty when there is no text of that name. */
export function textIn(data: Json, name: string): string {
  if (typeof data !== 'object' || data === null || !Object.hasOwn(data, name)) return '';
  const value = (data as Data)[name];
  return typeof value === 'string' ? value : '';
}
