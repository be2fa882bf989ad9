// What every check of names says: there is no such one, or there are two of it.

import type { Finding } from './finding.ts';
import { type PlanPart, planFiles } from './response-plan.ts';

/** The place of a path in a file. */
export type At = (...path: PropertyKey[]) => Pick<Finding, 'file' | 'path'>;

export const inFile =
  (part: PlanPart): At =>
  (...path) => ({ file: planFiles[part].path, path });

export const namesOf = (all: readonly { name: string }[], at: At, key: string) =>
  all.map(({ name }, index) => ({ name, at: at(key, index, 'name') }));

export function named(
  what: string,
  name: string | undefined,
  known: readonly string[],
  at: Pick<Finding, 'file' | 'path'>,
): Finding[] {
  if (name === undefined || known.includes(name)) return [];
  return [{ ...at, message: `there is no ${what} "${name}"`, wrong: name, known }];
}

export function repeated(what: string, all: { name: string; at: Pick<Finding, 'file' | 'path'> }[]): Finding[] {
  const seen = new Set<string>();
  return all.flatMap(({ name, at }) => {
    if (seen.has(name)) return [{ ...at, message: `there is a ${what} "${name}" already: give it a name of its own` }];
    seen.add(name);
    return [];
  });
}
