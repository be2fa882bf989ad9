// Reads one YAML text by a schema. What is wrong is reported with its key, its line, what was found and what is right.

import { isNode, LineCounter, parseDocument } from 'yaml';
import { type core, type ZodType, z } from 'zod';
import { nearestName } from './nearest-name.ts';

export class YamlFileError extends Error {
  readonly code = 'configuration_invalid';
  /** One sentence for each thing that is wrong. */
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(problems.join('\n'));
    this.name = 'YamlFileError';
    this.problems = problems;
  }
}

/** A strict object whose error for an unknown key names the keys that it has. */
export function settings<Shape extends core.$ZodLooseShape>(shape: Shape) {
  return z.strictObject(shape, {
    error(issue) {
      if (issue.code !== 'unrecognized_keys') return 'write a map of settings here, or {} for the defaults.';
      const [wrong = ''] = issue.keys;
      const near = nearestName(wrong, Object.keys(shape));
      const hint = near === undefined ? `its settings are ${Object.keys(shape).join(', ')}` : `did you mean "${near}"?`;
      return `there is no setting "${wrong}" here: ${hint}`;
    },
  });
}

/**
 * @param place what to call the file in errors, usually its path
 * @throws YamlFileError
 */
export function parseYaml<Value>(schema: ZodType<Value>, text: string, place: string): Value {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: true });
  if (document.errors.length > 0) {
    throw new YamlFileError(
      document.errors.map((error) => `${place}:${lines.linePos(error.pos[0]).line} is not YAML: ${firstLine(error)}.`),
    );
  }
  let value: unknown;
  try {
    value = document.toJS({ maxAliasCount: 100 }) ?? {};
  } catch (error) {
    throw new YamlFileError([`${place} is not YAML that can be read: ${firstLine(error)}.`]);
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new YamlFileError(
    parsed.error.issues.map((issue) => {
      const path = issue.code === 'unrecognized_keys' ? [...issue.path, issue.keys[0] ?? ''] : issue.path;
      return `${place}${lineOf(path)} ${sentence(path, valueAt(value, path), issue.message)}`;
    }),
  );

  /** `:12`, of the deepest part of the path that is in the file. */
  function lineOf(path: readonly PropertyKey[]): string {
    for (let length = path.length; length >= 0; length--) {
      const node = length === 0 ? document.contents : document.getIn(path.slice(0, length), true);
      const start = isNode(node) ? node.range?.[0] : undefined;
      if (start !== undefined) return `:${lines.linePos(start).line}`;
    }
    return '';
  }
}

function sentence(path: readonly PropertyKey[], found: unknown, message: string): string {
  return `${path.map(String).join('.') || 'the file'} is ${describe(found)}: ${message}`;
}

function describe(found: unknown): string {
  if (found === undefined) return 'missing';
  // A password in a URL stays out of logs.
  const text = (JSON.stringify(found) ?? String(found)).replace(/\/\/[^/@"\s]*@/g, '//…@');
  return text.length > 80 ? `${text.slice(0, 77)}…` : text;
}

function valueAt(root: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((value, key) => {
    return isRecord(value) && Object.hasOwn(value, key) ? value[key] : undefined;
  }, root);
}

function isRecord(value: unknown): value is Record<PropertyKey, unknown> {
  return typeof value === 'object' && value !== null;
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n')[0]?.replace(/[.:]$/, '') ?? '';
}
