// What an action is: one capability with typed parameters. Actions act on the world; they know nothing of incidents,
// workflows, approvals or the store. src/actions/runner.ts wraps every action in intent → apply → read back → outcome.

import type { Json } from '../core/canonical.ts';
import type { ActionDescription, GuardFacts, Refusal } from './description.ts';
import type { Targets } from './targets.ts';

export type { ActionKind, GuardFacts, Refusal, Risk } from './description.ts';

/** What reading the world back tells: is what `apply` should have done there? */
export type ReadBack =
  /** `evidence` stands in for what `apply` returned when that was lost in a crash. */
  | { state: 'applied'; detail: string; evidence?: Json }
  | { state: 'absent'; detail: string }
  | { state: 'unknown'; detail: string };

export interface Applied {
  /** One line for the timeline, without secrets. */
  detail: string;
  /** All that `undo` and `verify` need later, on another machine, after a restart. Kept on the audit log: no secrets. */
  evidence: Json;
}

export interface ActionContext {
  /** The same for every attempt of the same effect: `${incidentId}/${stepId}`. Targets that take a key get this one. */
  key: string;
  /** In `undo` and `verifyUndone`, whose own key is `key`: the key of the effect that is undone. */
  undoes?: string;
  targets: Targets;
  /** When the containment ends, for targets that can expire by themselves as a second safety. ISO-8601. */
  expiresAt?: string;
  signal: AbortSignal;
  /** Report progress of long work; also tells Temporal that the work is alive. */
  progress(detail: string): void;
}

export interface Action<Params = unknown> extends Omit<ActionDescription<Params>, 'undo' | 'refuse'> {
  /** True when applying twice equals applying once; then an absent effect is applied again without asking. */
  idempotent: boolean | ((params: Params, targets: Targets) => boolean);
  /** `targets` is there only on the privileged worker, as `facts.host` is. */
  refuse(params: Params, facts: GuardFacts, targets?: Targets): Refusal | undefined;
  /** True when the targets file names a real target for these parameters; otherwise the action simulates. */
  live(params: Params, targets: Targets): boolean;
  /**
   * What `live` holds for, before there are parameters: `any` target, or those named as `target` names them. Planning
   * and the console say by it what is real. Default: none.
   */
  realTargets?(targets: Targets): 'any' | readonly string[];
  /** A check returns when it passes. Throws ActionError. */
  apply(params: Params, context: ActionContext): Promise<Applied>;
  /** Reads the world. Before an apply there is no evidence yet. */
  verify(params: Params, evidence: Json | undefined, context: ActionContext): Promise<ReadBack>;
  /** `evidence` is null when the outcome of `apply` was never recorded. Undoing twice must equal undoing once. */
  undo?(params: Params, evidence: Json, context: ActionContext): Promise<Applied>;
  /** False when there is an undo, but not for these parameters. Default: true. */
  undoable?(params: Params, targets: Targets): boolean;
  /**
   * After an undo: `absent` is what we hope for. `undone` is the evidence that `undo` returned, when it did.
   * Default: verify.
   */
  verifyUndone?(params: Params, evidence: Json, context: ActionContext, undone?: Json): Promise<ReadBack>;
}

/** Why an action could not do it. */
export class ActionError extends Error {
  /** Stable, snake_case. */
  readonly code: string;
  /** The target itself said that the effect is not there, or nothing was sent to it: no read back is needed. */
  readonly settled: boolean;
  readonly evidence: Json | undefined;

  constructor(code: string, message: string, options: { settled?: boolean; evidence?: Json; cause?: unknown } = {}) {
    super(message, { cause: options.cause });
    this.name = 'ActionError';
    this.code = code;
    this.settled = options.settled ?? false;
    this.evidence = options.evidence;
  }
}

export function isIdempotent(action: Action, params: Json, targets: Targets): boolean {
  return typeof action.idempotent === 'function' ? action.idempotent(params, targets) : action.idempotent;
}

/** Keeps the parameter type of one action while the registry holds them all. */
export function defineAction<Params>(action: Action<Params>): Action {
  return action as unknown as Action;
}

/** The real systems that actions may touch; parsed from the targets file. Absent = simulate. */
export type { Targets } from './targets.ts';
