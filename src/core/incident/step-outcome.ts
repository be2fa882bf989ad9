// How an action's outcome reads as a step's outcome, and which steps do not act at all.

import type { ActionOutcome } from '../action-outcome.ts';
import { assertNever } from '../assert-never.ts';
import type { StepOutcome } from './events.ts';
import type { PlannedStep } from './plan.ts';

export function stepOutcomeOf(outcome: ActionOutcome): StepOutcome {
  switch (outcome.state) {
    case 'applied':
    case 'simulated':
    case 'check_passed':
    case 'undone':
      return { result: 'done', outcome };
    case 'failed':
    case 'check_failed':
      return { result: 'failed', outcome };
    case 'unknown':
      return { result: 'unknown', outcome };
    case 'refused':
      return { result: 'refused', code: outcome.refusal.code, reason: outcome.refusal.message };
    default:
      return assertNever(outcome);
  }
}

/** Why the step does not act: planned as skipped, or its level only says or suggests. */
export function heldBack(step: PlannedStep): StepOutcome | undefined {
  if (step.skip) return { result: 'skipped', ...step.skip };
  switch (step.level) {
    case 'observe':
      return { result: 'skipped', code: 'observed', reason: `Level observe: would ${lowerFirst(step.title)}` };
    case 'suggest':
      return { result: 'skipped', code: 'suggested', reason: `Level suggest: a person may start it (${step.title})` };
    case 'approve':
    case 'auto':
      return undefined;
    default:
      return assertNever(step.level);
  }
}

/** It changes something for real, once it may. */
export const touches = (step: PlannedStep): boolean =>
  step.kind !== 'check' && step.mode === 'live' && heldBack(step) === undefined;

const lowerFirst = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1);
