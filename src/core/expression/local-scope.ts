// What expressions of a playbook see beside the facts of the incident: what steps before them came to, in the classes
// that the type checker knows. Bounded like the facts.

import type { Json } from '../canonical.ts';
import { cutText } from '../text.ts';
import { scopeBounds } from './scope.ts';

export class CelItems {
  count = 0n;
  done = 0n;
  failed = 0n;
}

export class CelStep {
  /** done, failed, skipped, refused or unknown. */
  result = '';
  answer: unknown = null;
  outputs = new Map<string, unknown>();
  items = new CelItems();
}

const deepest = 32;

/** JSON as CEL has it: whole numbers are ints, objects are maps; cut where a fact would be cut, and below 32 levels. */
export function celOfJson(value: Json, depth = 0): unknown {
  if (typeof value === 'string') return cutText(value, scopeBounds.text);
  if (typeof value === 'number') return Number.isSafeInteger(value) ? BigInt(value) : value;
  if (typeof value !== 'object' || value === null) return value;
  if (depth === deepest) return null;
  if (Array.isArray(value)) return value.slice(0, scopeBounds.values).map((member) => celOfJson(member, depth + 1));
  const entries = Object.entries(value).slice(0, scopeBounds.entries);
  return new Map(
    entries.map(([name, member]) => [cutText(name, scopeBounds.text), celOfJson(member ?? null, depth + 1)]),
  );
}
