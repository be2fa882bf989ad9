// The items of a `for_each`: each once, in the order of the list, with a hash that names it.

import { canonicalJson, type Json } from '../canonical.ts';
import { compile, itemTypeOf } from '../expression/compile.ts';
import { evaluateRaw, toJson } from '../expression/evaluate.ts';
import { derivedId } from '../ids.ts';
import { stepBounds } from '../plan/step.ts';
import type { Local } from './place.ts';
import { plain } from './plan-step.ts';

export interface Items {
  /** `value` is as CEL has it. */
  items: { hash: string; json: Json; value: unknown }[];
  /** CEL type. */
  type: string;
  /** How many were beyond the bound. */
  left: number;
}

type Skip = { code: string; reason: string };

export function itemsOf(list: string, { scope, names }: Local): Items | { skip: Skip } {
  const failed = (reason: string) => ({ skip: { code: 'expression_failed', reason: plain(`for_each: ${reason}`) } });
  const raw = evaluateRaw(list, scope, names);
  if (!raw.ok) return failed(raw.reason);
  if (!Array.isArray(raw.value)) return failed('the result is no list');
  const found = new Map<string, { json: Json; value: unknown }>();
  for (const value of raw.value) {
    const json = toJson(value);
    if (!json.ok) return failed(json.reason);
    found.set(canonicalJson(json.value), { json: json.value, value });
  }
  if (found.size === 0) return { skip: { code: 'nothing_to_do', reason: 'for_each found no item' } };
  const kept = [...found].slice(0, stepBounds.items);
  const taken = new Set<string>();
  return {
    items: kept.map(([text, item]) => ({ ...item, hash: hashOf(text, taken) })),
    type: itemTypeOf(compile(list, names).type),
    left: found.size - kept.length,
  };
}

/** Short enough to read; longer for an item that someone made to share another's hash. */
function hashOf(text: string, taken: Set<string>): string {
  let length = 6;
  while (taken.has(derivedId(length, 'item', text))) length += 1;
  const hash = derivedId(length, 'item', text);
  taken.add(hash);
  return hash;
}
