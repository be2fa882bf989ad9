// Text → checked expression. Everything that can be known before it runs is known here: syntax, names, types, cost.

import { TypeError as CelTypeError, ParseError, type ParseResult } from '@marcbachmann/cel-js';
import { entityKinds } from '../alert.ts';
import { celOf } from '../plan/values.ts';
import { environmentFor, type LocalNames, variablesOf } from './environment.ts';
import { functionNames, refuseCostly } from './limits.ts';
import { ExpressionProblem } from './problem.ts';

export interface Compiled {
  /** CEL type of the result, such as `bool`, `list<string>`, `dyn`. */
  type: string;
  run: ParseResult;
  /** Every name that stands for itself in it; names of loops may be among them. */
  uses: string[];
}

// A plan's expressions are few and the same for every incident.
const compiled = new Map<string, Compiled>();
const mostKept = 5_000;

/**
 * @param text as written in the plan, with its "="
 * @throws ExpressionProblem
 */
export function compile(text: string, names: LocalNames = {}): Compiled {
  const key = `${JSON.stringify(names)}\n${text}`;
  const known = compiled.get(key);
  if (known) return known;
  const made = check(celOf(text), names);
  if (compiled.size >= mostKept) compiled.clear();
  compiled.set(key, made);
  return made;
}

/** CEL type of `item` where `for_each` gives a list of this type. */
export function itemTypeOf(listType: string): string {
  return /^list<(.+)>$/.exec(listType)?.[1] ?? 'dyn';
}

function check(cel: string, names: LocalNames): Compiled {
  let run: ParseResult;
  try {
    run = environmentFor(names).parse(cel);
  } catch (error) {
    throw problemOf(error, names);
  }
  refuseCostly(run.ast);
  const checked = run.check();
  if (!checked.valid) throw problemOf(checked.error, names);
  return { type: checked.type ?? 'dyn', run, uses: namesIn(run.ast) };
}

/** What the expression looks at; nothing for one that is wrong. */
export function namesUsed(text: string, names: LocalNames): string[] {
  try {
    return compile(text, names).uses;
  } catch {
    return [];
  }
}

function namesIn(node: unknown): string[] {
  if (Array.isArray(node)) return node.flatMap(namesIn);
  if (typeof node !== 'object' || node === null || !('op' in node) || !('args' in node)) return [];
  return node.op === 'id' && typeof node.args === 'string' ? [node.args] : namesIn(node.args);
}

function problemOf(error: unknown, names: LocalNames): ExpressionProblem {
  if (error instanceof ParseError || error instanceof CelTypeError) {
    const at = error.range?.start ?? 0;
    const wrong = /: ([A-Za-z_][A-Za-z0-9_]*)$/.exec(error.summary)?.[1];
    return new ExpressionProblem(error.code, at, error.summary, wrong, wrong ? namesLike(error.code, names) : []);
  }
  return new ExpressionProblem('expression_invalid', 0, error instanceof Error ? error.message : String(error));
}

function namesLike(code: string, names: LocalNames): readonly string[] {
  if (code === 'unknown_variable') return [...variablesOf(names), ...functionNames];
  if (code === 'no_such_key') return [...fieldNames, ...Object.keys(names.inputs ?? {})];
  return [];
}

const fieldNames = [
  ...entityKinds,
  ...[
    'id',
    'title',
    'severity',
    'impactStartedAt',
    'openedAt',
    'drill',
    'known',
    'name',
    'team',
    'tier',
    'source',
    'fingerprint',
  ],
  ...['result', 'answer', 'outputs', 'items', 'count', 'done', 'failed'],
  ...['status', 'description', 'startsAt', 'labels', 'annotations', 'entities', 'kind', 'value'],
  ...['bad', 'good', 'criticality', 'incidents', 'falsePositives'],
];
