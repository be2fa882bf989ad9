// Words that all requests and responses of the REST API share. Sandbox-safe: the CLI and the console import it too.

import { z } from 'zod';
import type { Json } from '../../core/canonical.ts';
import { roles } from '../../core/roles.ts';
import { severities } from '../../core/severity.ts';

/** Ids are derived, lower case and short; see core/ids.ts. */
export const id = z.string().regex(/^[a-z0-9][a-z0-9_-]{0,63}$/, 'must be an id: lower-case letters and digits');

export const time = z.iso.datetime().meta({ description: 'ISO-8601 in UTC' });

export const severity = z.enum(severities).meta({ id: 'Severity' });

export const role = z.enum(roles).meta({ id: 'Role', description: 'Each role may do all that the ones before it may' });

export const mode = z
  .enum(['simulate', 'live'])
  .meta({ id: 'Mode', description: '`simulate` touches nothing: no real target is configured' });

/** Deeper values are refused; nobody writes them by hand. */
const deepestJson = 32;

export const json = (
  z
    .unknown()
    .refine((value) => isStorable(value, deepestJson), `must be JSON, ${deepestJson} levels deep at most`) as z.ZodType<
    Json,
    Json
  >
).meta({ description: 'Any JSON value' });

/** Text from outside. Postgres and canonical JSON take neither U+0000 nor half a surrogate pair. */
export const text = (longest: number) =>
  z.string().max(longest).refine(isStorableText, 'must not contain U+0000 or half a surrogate pair');

/** `firebreak` itself, `playbook:<name>`, or `key:<name>` of the person or program that did it. */
export const actor = z.string().meta({ description: '`firebreak` itself, `playbook:<name>` or `key:<name>`' });

/** Why something was done; for the timeline. */
export const reason = text(2_000).trim();

export const pageLimits = { default: 50, max: 200 } as const;

/** What every list takes. `cursor` is `next` of the page before, as it came. */
export const pageQuery = {
  cursor: z.string().min(1).max(300).optional(),
  limit: z.coerce.number().int().min(1).max(pageLimits.max).default(pageLimits.default),
};

/** One page of a list. `next` is null on the last one. */
export function page<Item extends z.ZodType>(item: Item) {
  return z.object({ items: z.array(item), next: z.string().nullable() });
}

export interface Page<Item> {
  items: Item[];
  next: string | null;
}

/** `a,b` or a repeated parameter. */
export function listOf<const Values extends readonly [string, ...string[]]>(values: Values) {
  const split = (given: unknown): unknown =>
    [given].flat().flatMap((part) => (typeof part === 'string' ? part.split(',').filter((word) => word !== '') : part));
  return z.preprocess(split, z.array(z.enum(values)).min(1));
}

export const flag = z.stringbool({ truthy: ['true', '1'], falsy: ['false', '0'] });

function isStorableText(value: string): boolean {
  return value.isWellFormed() && !value.includes('\0');
}

function isStorable(value: unknown, levels: number): boolean {
  if (typeof value === 'string') return isStorableText(value);
  if (typeof value === 'number') return Number.isFinite(value);
  if (typeof value !== 'object') return typeof value === 'boolean';
  if (value === null) return true;
  if (levels === 0) return false;
  const members: unknown[] = Array.isArray(value) ? value : Object.entries(value).flat();
  return members.every((member) => isStorable(member, levels - 1));
}
