// What zod says of a file → findings: each names its place, what was found and what would be right.

import type { ZodError, ZodType, z } from 'zod';
import type { Finding } from '../core/plan/finding.ts';
import { type StepKind, stepKindNames } from '../core/plan/step.ts';
import { keysAt } from './schema-keys.ts';

type Issue = z.core.$ZodIssue;

const mostFindings = 200;

export function schemaFindings(file: string, schema: ZodType, value: unknown, error: ZodError): Finding[] {
  const findings = error.issues.flatMap((issue) => findingsOf(issue, { file, schema, value, at: [] }));
  return findings.slice(0, mostFindings);
}

interface Checked {
  file: string;
  schema: ZodType;
  value: unknown;
  /** Where the issue's path begins: alternatives count from their own place. */
  at: readonly PropertyKey[];
}

function findingsOf(issue: Issue, checked: Checked): Finding[] {
  const { file, schema, value } = checked;
  const path = [...checked.at, ...issue.path];
  const found = sayFound(valueAt(value, path));
  switch (issue.code) {
    case 'unrecognized_keys': {
      const known = keysAt(schema, value, path);
      return issue.keys.map((wrong) => ({
        file,
        path: [...path, wrong],
        atKey: true,
        message: `there is no key "${wrong}" here${known.length > 0 ? `: write one of ${known.join(', ')}` : ''}`,
        wrong,
        known,
      }));
    }
    case 'invalid_value': {
      const known = issue.values.map(String);
      const wrong = valueAt(value, path);
      const at = { file, path, message: `${found}: write ${known.length > 1 ? 'one of ' : ''}${known.join(', ')}` };
      return [typeof wrong === 'string' ? { ...at, wrong, known } : at];
    }
    case 'invalid_type':
      return [{ file, path, message: `${found}: ${own(issue) ?? `write ${article(issue.expected)}`}` }];
    case 'too_small':
      return [
        { file, path, message: `${found}: ${own(issue) ?? `write ${boundOf(issue.origin, issue.minimum, 'more')}`}` },
      ];
    case 'too_big':
      return [
        { file, path, message: `${found}: ${own(issue) ?? `write ${boundOf(issue.origin, issue.maximum, 'less')}`}` },
      ];
    case 'invalid_key':
      return [{ file, path, atKey: true, message: issue.issues[0]?.message ?? 'the name is wrong' }];
    case 'invalid_union':
      return unionFindings(issue, { ...checked, at: path });
    default:
      return [{ file, path, message: `${found}: ${lowerFirst(issue.message)}` }];
  }
}

/** What the schema itself says would be right, where it does; otherwise zod's words, which are for programmers. */
function own({ message }: Issue): string | undefined {
  return /^(Invalid input|Too (small|big))/.test(message) ? undefined : lowerFirst(message);
}

function boundOf(origin: string, bound: number | bigint, side: 'more' | 'less'): string {
  const items: Record<string, string> = { array: 'item', string: 'character', record: 'name' };
  const what = items[origin];
  return what === undefined ? `${bound} or ${side}` : `${bound} ${what}${bound === 1 ? '' : 's'} or ${side}`;
}

type UnionIssue = Extract<Issue, { code: 'invalid_union' }>;

/** Of the alternative that is meant, as far as that can be told; otherwise one finding for all of them. */
function unionFindings(issue: UnionIssue, checked: Checked): Finding[] {
  const { file, value, at } = checked;
  const written = valueAt(value, at);
  if (issue.errors.length === stepKindNames.length) {
    const meant = stepKindMeant(written);
    if ('wrong' in meant) {
      const { wrong } = meant.wrong;
      return [
        wrong === undefined
          ? { file, path: [...at], ...meant.wrong }
          : { file, path: [...at, wrong], atKey: true, ...meant.wrong },
      ];
    }
    const issues = issue.errors[stepKindNames.indexOf(meant.kind)] ?? [];
    return issues.flatMap((inner) => findingsOf(inner, checked));
  }
  // One that fails inside fits better than one that does not fit at all.
  const fitting = issue.errors.filter((issues) => !issues.some(isOfWhole));
  const [only] = fitting.length === 1 ? fitting : issue.errors.filter(isOfWords);
  if (only && issue.message === 'Invalid input') return only.flatMap((inner) => findingsOf(inner, checked));
  return [{ file, path: [...at], message: `${sayFound(written)}: ${lowerFirst(issue.message)}` }];
}

const isOfWhole = ({ path, code }: Issue): boolean =>
  path.length === 0 && (code === 'invalid_type' || code === 'invalid_value');

const isOfWords = (issues: readonly Issue[]): boolean => issues.some(({ code }) => code === 'invalid_value');

type Meant = { kind: StepKind } | { wrong: Pick<Finding, 'message' | 'wrong' | 'known'> };

/** By the key that makes a step one of its kind. */
function stepKindMeant(written: unknown): Meant {
  if (typeof written !== 'object' || written === null || Array.isArray(written)) {
    return { wrong: { message: `${sayFound(written)}: write keys and values` } };
  }
  const keys = Object.keys(written);
  const [first, second] = stepKindNames.filter((kind) => keys.includes(kind));
  const all = stepKindNames.join(', ');
  if (first && second) {
    return { wrong: { message: `the step has both "${first}" and "${second}": a step does one thing, so make two` } };
  }
  if (first) return { kind: first };
  const [stranger] = keys.filter((key) => !commonKeys.has(key));
  const message = `the step does not say what it does: write one of ${all}`;
  return { wrong: stranger === undefined ? { message } : { message, wrong: stranger, known: stepKindNames } };
}

const commonKeys = new Set([
  ...['id', 'title', 'if', 'timeout', 'on_failure', 'with', 'level', 'hold', 'retry', 'approval', 'undo'],
]);

function sayFound(value: unknown): string {
  if (value === undefined) return 'is missing';
  if (value === null) return 'is empty';
  const text = JSON.stringify(value) ?? String(value);
  return `is ${text.length > 80 ? `${text.slice(0, 77)}…` : text}`;
}

function article(expected: string): string {
  const words: Record<string, string> = {
    array: 'a list',
    object: 'keys and values',
    record: 'keys and values',
    int: 'a whole number',
    string: 'a text',
    boolean: 'true or false',
  };
  return words[expected] ?? `a ${expected}`;
}

const lowerFirst = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1);

function valueAt(root: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((value, key) => {
    const isInside = typeof value === 'object' && value !== null && Object.hasOwn(value, key);
    return isInside ? (value as Record<PropertyKey, unknown>)[key] : undefined;
  }, root);
}
