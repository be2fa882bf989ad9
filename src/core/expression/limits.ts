// What an expression may be: which functions it calls, and an upper bound of its cost, computed before it ever runs.
// Lists of facts are short (scope.ts), but macros nest and lists concatenate, so that cost is what must be bounded.

import type { ASTNode } from '@marcbachmann/cel-js';
import { re2 } from './environment.ts';
import { ExpressionProblem } from './problem.ts';
import { scopeBounds } from './scope.ts';

const greatestCost = 100_000;
const longestPattern = 200;

const macros = new Set(['all', 'exists', 'exists_one', 'map', 'filter']);
const functions = new Set([
  ...macros,
  ...['has', 'size', 'contains', 'startsWith', 'endsWith', 'lowerAscii', 'upperAscii', 'trim', 're2'],
  ...[
    'indexOf',
    'lastIndexOf',
    'substring',
    'split',
    'join',
    'string',
    'int',
    'double',
    'bool',
    'timestamp',
    'duration',
  ],
  ...[
    'getFullYear',
    'getMonth',
    'getDate',
    'getDayOfWeek',
    'getHours',
    'getMinutes',
    'getSeconds',
    'orValue',
    'hasValue',
  ],
]);
export const functionNames: readonly string[] = [...functions];

/** Steps at most; and if it is a list (or a text), how long it and its elements are at most. */
interface Estimate {
  cost: number;
  size: number;
  element: number;
}

const fact: Estimate = { cost: 1, size: scopeBounds.values, element: scopeBounds.values };
const single: Estimate = { cost: 1, size: 1, element: 1 };

/** @throws ExpressionProblem for a function that is not allowed and for a cost that is too high */
export function refuseCostly(ast: ASTNode): void {
  const { cost } = estimate(ast, new Map());
  if (cost > greatestCost) {
    throw new ExpressionProblem(
      'expression_too_costly',
      0,
      `costs up to ${Math.round(cost)} steps, at most ${greatestCost} are allowed: nest fewer loops, or loop over shorter lists`,
    );
  }
}

function estimate(node: ASTNode, items: ReadonlyMap<string, Estimate>): Estimate {
  switch (node.op) {
    case 'value':
      return single;
    case 'id':
      return items.get(node.args) ?? fact;
    case '.':
    case '.?':
      return { ...fact, cost: 1 + estimate(node.args[0], items).cost };
    case '[]':
    case '[?]':
      return indexed(estimate(node.args[0], items), estimate(node.args[1], items));
    case '?:':
      return widest(node.args.map((part) => estimate(part, items)));
    case 'list':
      return listed(node.args.map((part) => estimate(part, items)));
    case 'map':
      return listed(node.args.flat().map((part) => estimate(part, items)));
    case '!_':
    case '-_':
      return { ...single, cost: 1 + estimate(node.args, items).cost };
    case 'call':
      return called(node, node.args[0], undefined, node.args[1], items);
    case 'rcall':
      return called(node, node.args[0], node.args[1], node.args[2], items);
    case '&&':
    case '||':
      return { ...single, cost: 1 + total(node.args.map((part) => estimate(part, items))) };
    default:
      return binary(node.op, estimate(node.args[0], items), estimate(node.args[1], items));
  }
}

function called(
  node: ASTNode,
  callee: string,
  receiver: ASTNode | undefined,
  args: ASTNode[],
  items: ReadonlyMap<string, Estimate>,
): Estimate {
  if (!functions.has(callee)) throw forbidden(node, callee);
  if (receiver && macros.has(callee)) return looped(callee, estimate(receiver, items), args, items);
  if (callee === 're2') refusePattern(node, args[0]);
  const parts = (receiver ? [receiver, ...args] : args).map((part) => estimate(part, items));
  const first = parts[0] ?? single;
  const cost = 1 + total(parts) + first.size * (callee === 'join' ? first.element : 1);
  // A text splits into at most as many pieces as it has characters.
  if (callee === 'split')
    return { cost, size: first.size * (scopeBounds.text / scopeBounds.values), element: first.size };
  if (callee === 'join') return { cost, size: first.size * first.element, element: 1 };
  return { ...first, cost };
}

function looped(
  callee: string,
  range: Estimate,
  [variable, ...body]: ASTNode[],
  items: ReadonlyMap<string, Estimate>,
): Estimate {
  const item: Estimate = { cost: 1, size: range.element, element: scopeBounds.values };
  const inner = new Map(items);
  if (variable?.op === 'id') inner.set(variable.args, item);
  const parts = body.map((part) => estimate(part, inner));
  const cost = 1 + range.cost + range.size * (1 + total(parts));
  const made = callee === 'map' ? (parts.at(-1)?.size ?? 1) : range.element;
  return callee === 'map' || callee === 'filter' ? { cost, size: range.size, element: made } : { ...single, cost };
}

function binary(op: string, left: Estimate, right: Estimate): Estimate {
  const cost = 1 + left.cost + right.cost;
  // Compares, searches or copies what is on its sides.
  const withSides = cost + left.size + right.size;
  if (op !== '+') return { ...single, cost: withSides };
  return { cost: withSides, size: left.size + right.size, element: Math.max(left.element, right.element) };
}

const indexed = (list: Estimate, index: Estimate): Estimate => ({
  cost: 1 + list.cost + index.cost,
  size: list.element,
  element: scopeBounds.values,
});

function listed(parts: Estimate[]): Estimate {
  return { cost: 1 + total(parts), size: parts.length, element: Math.max(1, ...parts.map((part) => part.size)) };
}

function widest(parts: Estimate[]): Estimate {
  return {
    cost: 1 + total(parts),
    size: Math.max(...parts.map((part) => part.size)),
    element: Math.max(...parts.map((part) => part.element)),
  };
}

const total = (parts: Estimate[]): number => parts.reduce((sum, part) => sum + part.cost, 0);

function forbidden(node: ASTNode, callee: string): ExpressionProblem {
  const why =
    callee === 'matches'
      ? 'calls matches(), whose patterns can take minutes: use re2()'
      : `calls ${callee}(), which is not among the functions of expressions`;
  return new ExpressionProblem('function_not_allowed', node.start, why, callee, functionNames);
}

function refusePattern(node: ASTNode, pattern: ASTNode | undefined): void {
  const written: unknown = pattern?.op === 'value' ? pattern.args : undefined;
  if (typeof written !== 'string' || written.length > longestPattern) {
    throw new ExpressionProblem(
      'pattern_not_literal',
      (pattern ?? node).start,
      `re2() takes a pattern that is written out, of at most ${longestPattern} characters`,
    );
  }
  try {
    re2(written);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new ExpressionProblem('pattern_invalid', node.start, `the pattern is not RE2: ${why}`);
  }
}
