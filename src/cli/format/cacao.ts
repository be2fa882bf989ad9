// What a CACAO file breaks, for people: one line each.

import type { Violation, Violations } from '../../cacao/violations.ts';
import { clean } from './text.ts';

/** A file that is wrong throughout is told by its first ones. */
const mostLines = 100;
const mostPointers = 3;

const violationText = ({ pointer, found, expected }: Violation): string =>
  clean(`${pointer || 'the whole'}: found ${found}, expected ${expected}`);

export function violationLines(errors: readonly Violation[]): string[] {
  const lines = errors.slice(0, mostLines).map(violationText);
  return errors.length > mostLines ? [...lines, `and ${errors.length - mostLines} more`] : lines;
}

/** By reason: a playbook has the same one in every step. */
export function toleratedLines(tolerated: Violations['tolerated']): string[] {
  const places = Map.groupBy(tolerated, ({ reason }) => reason);
  return [...places].map(([reason, all]) => {
    const named = all.slice(0, mostPointers).map(({ pointer }) => clean(pointer));
    const rest = all.length > mostPointers ? ` and ${all.length - mostPointers} more` : '';
    return `tolerated: ${named.join(', ')}${rest}: ${reason}`;
  });
}
