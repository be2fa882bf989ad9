// Runs the expressions of a mapping over a body from outside. Each sees a bounded copy; never throws.

import type { Json } from '../canonical.ts';
import { isExpression } from '../plan/values.ts';
import { compile } from './compile.ts';
import type { LocalNames } from './environment.ts';
import { toJson } from './evaluate.ts';
import { celOfJson } from './local-scope.ts';

/** What the expressions of one alert see. */
export interface MappingScope {
  names: LocalNames;
  values: Record<string, unknown>;
}

export function mappingScope(names: LocalNames, body: Json, item?: Json): MappingScope {
  return { names, values: { body: celOfJson(body), ...(item !== undefined && { item: celOfJson(item) }) } };
}

/** The text itself where it is no expression; undefined where the body has nothing there. */
export function evaluateMapping(text: string, { names, values }: MappingScope): Json | undefined {
  if (!isExpression(text)) return text;
  try {
    const json = toJson(compile(text, names).run(values));
    return json.ok ? json.value : undefined;
  } catch {
    // A key that is not there, or a value of another type than the expression needs: nothing is known.
    return undefined;
  }
}

/** The value at `= body.a.b`, whole. */
export function placeInBody(text: string, body: Json): Json | undefined {
  const keys = text.replace(/^=\s*body\.?/, '').split('.');
  return keys.filter(Boolean).reduce<Json | undefined>((at, key) => {
    const isInside = typeof at === 'object' && at !== null && !Array.isArray(at) && Object.hasOwn(at, key);
    return isInside ? (at as Readonly<Record<string, Json>>)[key] : undefined;
  }, body);
}
