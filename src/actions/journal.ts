// The port through which the runner writes down what it is about to do and what came of it. Implemented on Postgres by
// the activities: each call is one transaction with its audit entry.

import type { ActionOutcome } from '../core/action-outcome.ts';
import type { Json } from '../core/canonical.ts';
import type { ActionKind } from './action.ts';

export interface Effect {
  /** Of an apply `${incidentId}/${stepId}`; see undoKey and extensionKey for the others. */
  key: string;
  role: 'apply' | 'extend' | 'undo';
  /** The key of the apply that this belongs to; its own key for an apply. */
  origin: string;
  action: string;
  kind: ActionKind;
  target: string;
  description: string;
  params: Json;
  mode: 'simulate' | 'live';
  /** ISO-8601. */
  expiresAt?: string;
}

export interface EffectRecord {
  effect: Effect;
  /** Absent: an attempt is under way or died. */
  outcome?: ActionOutcome;
}

export interface Holder {
  key: string;
  expiresAt?: string;
}

export interface EffectJournal {
  find(key: string): Promise<EffectRecord | undefined>;
  /**
   * Says `exists`, and writes nothing, when the key has a record: two attempts may race. When it throws, nothing is
   * applied.
   */
  intent(effect: Effect): Promise<'recorded' | 'exists'>;
  /**
   * Also for effects without an intent: what was refused, simulated, or only a check. An outcome stands once recorded,
   * except that a later one replaces `unknown`, and of an undo also `failed`. Returns the outcome that stands.
   */
  outcome(effect: Effect, outcome: ActionOutcome): Promise<ActionOutcome>;
  /**
   * Live containments of the same target with another origin that need the effect: the intent of their apply is
   * recorded, its outcome is not `failed`, and no intent of an undo is recorded.
   */
  othersHolding(origin: string, target: string): Promise<readonly Holder[]>;
}

export const undoKey = (origin: string) => `${origin}/undo`;
export const extensionKey = (origin: string, expiresAt: string) => `${origin}/extend/${expiresAt}`;
