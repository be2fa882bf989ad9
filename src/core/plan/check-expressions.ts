// Checks the expressions of a plan: that they compile, and that their result is of the type that their place needs.

import { compile } from '../expression/compile.ts';
import type { LocalNames } from '../expression/environment.ts';
import { ExpressionProblem } from '../expression/problem.ts';
import type { Finding } from './finding.ts';
import { isExpression } from './values.ts';

/** Where an expression stands. */
export type Place = Pick<Finding, 'file' | 'path'>;

type Typed = { type: string } | { finding: Finding };

/** CEL type of the expression, or what is wrong with it. */
export function typeOf(text: string, place: Place, names?: LocalNames): Typed {
  try {
    return { type: compile(text, names).type };
  } catch (error) {
    if (!(error instanceof ExpressionProblem)) throw error;
    const { message, offset, wrong, known } = error;
    const at = { ...place, celOffset: offset, message: `the expression is wrong: ${message}` };
    return { finding: wrong === undefined ? at : { ...at, wrong, known } };
  }
}

/** @param wanted beginnings of the CEL types that are right, such as `list` */
export function checkType(
  text: string | undefined,
  wanted: readonly string[],
  place: Place,
  names?: LocalNames,
): Finding[] {
  if (text === undefined || !isExpression(text)) return [];
  const typed = typeOf(text, place, names);
  if ('finding' in typed) return [typed.finding];
  if (isAny(typed.type) || wanted.some((type) => typed.type.startsWith(type))) return [];
  return [
    { ...place, message: `the expression gives ${one(typed.type)}; write one that gives ${one(wanted.join(' or '))}` },
  ];
}

/** With its article. */
export const one = (type: string): string => `${/^[aeiou]/.test(type) ? 'an' : 'a'} ${type}`;

/** Types that are only known when the expression runs. */
export const isAny = (type: string): boolean => type === 'dyn' || type.startsWith('optional');
