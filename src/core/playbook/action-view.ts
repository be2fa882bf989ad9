// What planning needs to know of an action. The registry of src/actions has this shape and more; core never imports it.

import type { ZodType } from 'zod';
import type { ActionKind, Risk } from '../plan/approvals.ts';
import type { GuardFacts } from '../plan/guards.ts';

export interface ActionView {
  name: string;
  title: string;
  kind: ActionKind;
  risk: Risk;
  params: ZodType;
  /** Upper bound of one apply. */
  timeoutMs: number;
  target(params: unknown): string;
  describe(params: unknown): string;
  /** Undefined when nothing stands against it. Asked again, with more facts, by the privileged worker. */
  refuse(params: unknown, facts: GuardFacts): { code: string; reason: string } | undefined;
  /** Only its presence matters: with an undo the action is reversible. */
  undo?: unknown;
}

export type ActionRegistry = ReadonlyMap<string, ActionView>;

/**
 * What the privileged worker can really do, as it reported: action, or `action target` where it differs by target.
 * What is not in it simulates.
 */
export type Capabilities = Readonly<Record<string, boolean>>;

export function isLive(capabilities: Capabilities, action: string, target: string): boolean {
  const own = (key: string): boolean | undefined => (Object.hasOwn(capabilities, key) ? capabilities[key] : undefined);
  return own(`${action} ${target}`) ?? own(action) ?? false;
}
