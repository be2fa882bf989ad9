// Checks that modules use each other to an end: no circle, and not too deep.

import type { Finding } from './finding.ts';
import type { Module } from './module.ts';
import { modulePath } from './response-plan.ts';
import { everyStep, stepBounds } from './step.ts';

export function checkUses(modules: readonly Module[]): Finding[] {
  const usedBy = new Map(modules.map((module) => [module.name, usesOf(module)]));
  return modules.flatMap((module) =>
    usesOf(module).flatMap(({ name, path }): Finding[] => {
      const place = { file: modulePath(module.name), path: [...path, 'use'] };
      const back = wayTo(module.name, name, usedBy);
      if (back) return [{ ...place, message: `the module uses itself: ${[module.name, ...back].join(' → ')}` }];
      const depth = 2 + depthOf(name, usedBy);
      if (depth <= stepBounds.uses) return [];
      return [{ ...place, message: `modules use modules ${depth} deep: at most ${stepBounds.uses}` }];
    }),
  );
}

interface Use {
  name: string;
  path: PropertyKey[];
}

type Uses = ReadonlyMap<string, Use[]>;

const usesOf = ({ steps }: Module): Use[] =>
  everyStep(steps, ['steps']).flatMap(({ step, path }) => ('use' in step ? [{ name: step.use, path }] : []));

/** The modules from one to another that it uses, over others; undefined when it does not. Each is looked at once. */
function wayTo(wanted: string, from: string, uses: Uses, seen = new Set<string>()): string[] | undefined {
  if (from === wanted) return [from];
  if (seen.has(from)) return undefined;
  seen.add(from);
  for (const { name } of uses.get(from) ?? []) {
    const rest = wayTo(wanted, name, uses, seen);
    if (rest) return [from, ...rest];
  }
  return undefined;
}

/** How many modules are below it; what is in a circle counts as no deeper than there are modules. */
function depthOf(from: string, uses: Uses, known = new Map<string, number>()): number {
  const found = known.get(from);
  if (found !== undefined) return found;
  known.set(from, 0);
  const below = (uses.get(from) ?? []).map(({ name }) => 1 + depthOf(name, uses, known));
  const depth = Math.max(0, ...below);
  known.set(from, depth);
  return depth;
}
