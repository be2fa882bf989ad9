// What came of an action. Pure types: workflows, gateway and activities share them, so this file imports no code.

import type { Json } from './canonical.ts';

export interface ActionFailure {
  /** Stable, snake_case. */
  code: string;
  message: string;
}

/** `detail` is one line for the timeline; `evidence` is what undo and read back need later. Neither holds secrets. */
export type ActionOutcome =
  /** The effect is in the world: it was read back. `readBack` says how. */
  | { state: 'applied'; detail: string; evidence: Json; readBack: string }
  /** Nothing was touched: drill, `observe` level, or no real target is configured. */
  | { state: 'simulated'; detail: string }
  /** A guard said no, before anything was touched. Trying again does not help. */
  | { state: 'refused'; detail: string; refusal: ActionFailure }
  /** The effect is not in the world; it was read back, or the target itself said so. */
  | { state: 'failed'; detail: string; failure: ActionFailure; evidence?: Json }
  /** Nobody can tell whether the effect is in the world. A person decides; it is never applied again silently. */
  | { state: 'unknown'; detail: string; failure: ActionFailure; evidence?: Json }
  /** The effect is gone, or left in place because the effects named in `stillHeldBy` still need it. */
  | { state: 'undone'; detail: string; evidence?: Json; stillHeldBy?: readonly string[] }
  | { state: 'check_passed'; detail: string; evidence: Json }
  | { state: 'check_failed'; detail: string; failure: ActionFailure; evidence?: Json };
