// Runs a checked expression over the facts of an incident. Never throws: data that lacks a key is an answer.

import { Optional } from '@marcbachmann/cel-js';
import { canonicalJson, type Json } from '../canonical.ts';
import { cutText } from '../text.ts';
import { compile } from './compile.ts';
import type { LocalNames } from './environment.ts';
import type { Scope } from './scope.ts';

/** `no_such_key`: the data has no such label, entity, …; the rest are faults of the expression. */
export type Evaluated<Value> = { ok: true; value: Value } | { ok: false; code: string; reason: string };

/** A value that expressions make is a parameter, not a document. Characters of JSON. */
const longestResult = 8_000;
const deepestResult = 16;

/** As CEL has it: bigint, Map, Date. For lists whose items go back into expressions. */
export function evaluateRaw(text: string, scope: Scope, names: LocalNames = {}): Evaluated<unknown> {
  try {
    return { ok: true, value: compile(text, names).run(scope) };
  } catch (error) {
    return { ok: false, code: codeOf(error), reason: reasonOf(error) };
  }
}

export function evaluate(text: string, scope: Scope, names: LocalNames = {}): Evaluated<Json> {
  const raw = evaluateRaw(text, scope, names);
  return raw.ok ? toJson(raw.value) : raw;
}

/** The JSON of a CEL value; refused when JSON has no word for it or it is too long. */
export function toJson(value: unknown): Evaluated<Json> {
  try {
    const json = jsonOf(value, 0);
    const length = canonicalJson(json).length;
    if (length <= longestResult) return { ok: true, value: json };
    return {
      ok: false,
      code: 'result_too_long',
      reason: `the result has ${length} characters, at most ${longestResult} are allowed`,
    };
  } catch (error) {
    return { ok: false, code: 'result_not_json', reason: reasonOf(error) };
  }
}

function jsonOf(value: unknown, depth: number): Json {
  if (depth > deepestResult) throw new Error('the result is nested too deeply');
  switch (typeof value) {
    case 'boolean':
    case 'number':
      return value;
    case 'string':
      return cutText(value, longestResult + 1);
    case 'bigint':
      return integer(value);
    case 'object':
      return value === null ? null : jsonOfObject(value, depth);
    default:
      throw new Error(`the result is ${value === undefined ? 'absent' : `a ${typeof value}`}`);
  }
}

function jsonOfObject(value: object, depth: number): Json {
  if (Array.isArray(value)) return value.map((item) => jsonOf(item, depth + 1));
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Optional) return value.hasValue() ? jsonOf(value.value(), depth) : null;
  if (value instanceof Map) return record([...value], depth);
  const wrapped: unknown = value.valueOf();
  if (typeof wrapped === 'bigint') return integer(wrapped);
  if (ArrayBuffer.isView(value) || typeof wrapped !== 'object')
    throw new Error('the result is no text, number, list or map');
  return record(Object.entries(value), depth);
}

function record(entries: [unknown, unknown][], depth: number): Json {
  // Without a prototype while it is built: a key may be `__proto__`.
  const made: Record<string, Json> = Object.create(null);
  for (const [key, member] of entries) made[cutText(String(key), longestResult)] = jsonOf(member, depth + 1);
  return made;
}

function integer(value: bigint): number {
  const number = Number(value);
  if (!Number.isSafeInteger(number)) throw new Error(`the result ${value} is too great for JSON`);
  return number;
}

function codeOf(error: unknown): string {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : 'expression_failed';
}

function reasonOf(error: unknown): string {
  const summary = typeof error === 'object' && error !== null && 'summary' in error ? error.summary : undefined;
  return typeof summary === 'string' ? summary : error instanceof Error ? error.message : String(error);
}
