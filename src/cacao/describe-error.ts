// One error of the schema validator in our words: where, what was found, what would be right.

import type { ErrorObject } from 'ajv/dist/2019.js';
import { cutText, plainLine } from '../core/text.ts';
import type { DefinedKeys } from './defined-keys.ts';
import { pointerTo } from './structure.ts';

export interface Violation {
  /** JSON pointer (RFC 6901) into the file; '' is the whole. */
  pointer: string;
  found: string;
  expected: string;
}

const longestPointer = 400;

/** @param error collected with `verbose` */
export function describeError(error: ErrorObject): Violation {
  const pointer = cutText(error.instancePath, longestPointer);
  if (error.keyword === 'required') {
    return { pointer, found: 'nothing', expected: `the property ${error.params.missingProperty}` };
  }
  return { pointer, found: shown(pointer, error.data), expected: expectationOf(error) };
}

/** A property that is not among those which the object or the dictionary may have. */
export function describeUndefined({ instancePath }: ErrorObject, name: string, defined: DefinedKeys): Violation {
  const keys = [...defined.names, ...defined.patterns.map(formOf)];
  return {
    pointer: cutText(pointerTo(instancePath, name), longestPointer),
    found: 'a property that is not defined here',
    expected: `only ${keys.join(', ')}`,
  };
}

const wordsOf: Record<string, string> = {
  identifier: 'an identifier: type--UUID',
  timestamp: 'a time in UTC, as in 2026-03-01T10:00:00.000Z',
};

function expectationOf({ keyword, params, schema, parentSchema, message }: ErrorObject): string {
  switch (keyword) {
    case 'type':
      return `a value of type ${[params.type].flat().join(' or ')}`;
    case 'enum':
      return `one of ${(schema as unknown[]).join(', ')}`;
    case 'pattern':
      return wordsOf[String(parentSchema?.title)] ?? `a text that matches ${schema}`;
    case 'minimum':
      return `${schema} or more`;
    case 'maximum':
      return `${schema} or less`;
    case 'minItems':
    case 'minProperties':
      return `at least ${schema}`;
    case 'oneOf':
      return `exactly one of ${(schema as { required?: string[] }[]).flatMap(({ required = [] }) => required).join(', ')}`;
    default:
      return message ?? keyword;
  }
}

const uuid = '[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[1-5][0-9a-fA-F]{3}-[89abAB][0-9a-fA-F]{3}-[0-9a-fA-F]{12}';

/** `^action--<pattern of a UUID>$` as `action--UUID`, any type as `type--UUID`, others as they are. */
function formOf(pattern: string): string {
  const form = pattern.replace(uuid, 'UUID').replace(/^\^|\$$/g, '');
  return form.replace(/^(\(\?!.*?\))?\[a-z\]\[a-z0-9-\]\+\[a-z0-9\]--/, 'type--');
}

/** Credentials are not repeated. */
function shown(pointer: string, data: unknown): string {
  if (pointer.startsWith('/authentication_info_definitions/')) return 'a value that is not shown';
  if (Array.isArray(data)) return `a list of ${data.length}`;
  if (typeof data === 'object' && data !== null) return `an object of ${Object.keys(data).length} properties`;
  return plainLine(JSON.stringify(data) ?? 'nothing', 80);
}
