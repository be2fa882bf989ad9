// What zod says of a file → findings: each names its place, what was found and what would be right.

import type { ZodError, ZodType, z } from 'zod';
import type { Finding } from '../core/plan/finding.ts';
import { type JsonSchema, paramsSchema } from '../core/plan/param-shape.ts';

type Issue = z.core.$ZodIssue;

const mostFindings = 200;

export function schemaFindings(file: string, schema: ZodType, value: unknown, error: ZodError): Finding[] {
  const findings = error.issues.flatMap((issue) => findingsOf(issue, { file, schema, value }));
  return findings.slice(0, mostFindings);
}

interface Checked {
  file: string;
  schema: ZodType;
  value: unknown;
}

function findingsOf(issue: Issue, { file, schema, value }: Checked): Finding[] {
  const { path } = issue;
  const found = sayFound(valueAt(value, path));
  switch (issue.code) {
    case 'unrecognized_keys': {
      const known = keysAt(paramsSchema(schema), path);
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
      return [{ file, path, message: `${found}: write ${article(issue.expected)}` }];
    default:
      return [{ file, path, message: `${found}: ${lowerFirst(issue.message)}` }];
  }
}

function sayFound(value: unknown): string {
  if (value === undefined) return 'is missing';
  const text = JSON.stringify(value) ?? String(value);
  return `is ${text.length > 80 ? `${text.slice(0, 77)}…` : text}`;
}

function article(expected: string): string {
  const words: Record<string, string> = {
    array: 'a list',
    object: 'keys and values',
    int: 'a whole number',
    string: 'a text',
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

/** The keys that an object at this place may have. */
function keysAt(schema: JsonSchema, path: readonly PropertyKey[]): string[] {
  const place = path.reduce<JsonSchema | undefined>((at, key) => {
    return typeof key === 'number' ? at?.items : at?.properties?.[String(key)];
  }, schema);
  return Object.keys(place?.properties ?? {});
}
