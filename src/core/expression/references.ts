// What an expression says of the steps before it and of what they set: `steps.<id>.<field>`, `vars.<name>`.

import type { ASTNode } from '@marcbachmann/cel-js';
import { celOf } from '../plan/values.ts';
import { environmentFor } from './environment.ts';

export interface Reference {
  root: 'steps' | 'vars';
  /** Of the step or the variable. */
  name: string;
  /** `answer` of `steps.who.answer`, and what follows it. */
  fields: string[];
  /** Literals that it is compared with. */
  comparedWith: (string | number | boolean)[];
  /** It decides something as it is: true or false. */
  isCondition: boolean;
  /** Characters into the CEL text. */
  offset: number;
}

/**
 * Nothing for an expression that is wrong: its own check tells of it.
 * @param isCondition the expression as a whole must be true or false
 */
export function referencesIn(text: string, isCondition: boolean): Reference[] {
  try {
    return found(environmentFor({}).parse(celOf(text)).ast, [], isCondition);
  } catch {
    return [];
  }
}

function found(node: unknown, literals: Reference['comparedWith'], isCondition: boolean): Reference[] {
  if (Array.isArray(node)) return node.flatMap((one) => found(one, literals, isCondition));
  if (!isNode(node)) return [];
  const [base, ...names] = chainOf(node);
  const root = base?.op === 'id' && typeof base.args === 'string' ? base.args : '';
  const [name, ...fields] = names;
  if ((root === 'steps' || root === 'vars') && base && name !== undefined) {
    return [{ root, name, fields, comparedWith: literals, isCondition, offset: base.start }];
  }
  switch (node.op) {
    case '==':
    case '!=': {
      const [left, right] = node.args as [ASTNode, ASTNode];
      return [...found(left, literalsOf(right), false), ...found(right, literalsOf(left), false)];
    }
    case '&&':
    case '||':
    case '!_':
      return found(node.args, [], true);
    case '?:': {
      const [condition, ...ways] = node.args as ASTNode[];
      return [...found(condition, [], true), ...found(ways, [], isCondition)];
    }
    default:
      return found(node.args, [], false);
  }
}

const isNode = (value: unknown): value is ASTNode => typeof value === 'object' && value !== null && 'op' in value;

/** `a.b["c"]` → the node of a, "b", "c". */
function chainOf(node: ASTNode): [ASTNode, ...string[]] {
  const isStep = node.op === '.' || node.op === '.?' || node.op === '[]' || node.op === '[?]';
  if (!isStep) return [node];
  const [inner, member] = node.args as [ASTNode, ASTNode | string];
  const name = isNode(member) ? (member.op === 'value' ? member.args : undefined) : member;
  if (typeof name !== 'string') return [node];
  const [base, ...names] = chainOf(inner);
  return [base, ...names, name];
}

function literalsOf(node: ASTNode): Reference['comparedWith'] {
  const value: unknown = node.op === 'value' ? node.args : undefined;
  if (typeof value === 'bigint') return [Number(value)];
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? [value] : [];
}
