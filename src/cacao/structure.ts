// What the schema validator must not be given or does not see: values nested so deeply that it would recurse out of its
// stack, and properties named like those that every object of JavaScript inherits, which it takes for defined ones.

import type { Violation } from './describe-error.ts';

const deepest = 100;
const inherited = new Set(Object.getOwnPropertyNames(Object.prototype));

export interface Structure {
  isTooDeep: boolean;
  problems: Violation[];
}

/** Without recursion, whatever the value. */
export function checkStructure(value: unknown): Structure {
  const problems: Violation[] = [];
  const open: { value: unknown; pointer: string; depth: number }[] = [{ value, pointer: '', depth: 0 }];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    if (typeof at.value !== 'object' || at.value === null) continue;
    if (at.depth === deepest) {
      const deep = {
        pointer: at.pointer,
        found: 'a further level',
        expected: `at most ${deepest} levels of objects and lists`,
      };
      return { isTooDeep: true, problems: [deep] };
    }
    for (const [key, member] of Object.entries(at.value)) {
      const pointer = pointerTo(at.pointer, key);
      if (inherited.has(key) && !Array.isArray(at.value))
        problems.push({ pointer, found: 'a property that is not defined here', expected: 'another name' });
      open.push({ value: member, pointer, depth: at.depth + 1 });
    }
  }
  return { isTooDeep: false, problems };
}

/** One reference token more (RFC 6901). */
export const pointerTo = (pointer: string, key: string): string =>
  `${pointer}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`;
