// Which steps cannot be planned at triage: those whose own expressions look at what comes of earlier steps, or at alerts
// after time has passed on purpose.

import { namesUsed } from '../expression/compile.ts';
import type { LocalNames } from '../expression/environment.ts';
import type { Step } from '../plan/step.ts';
import { isExpression } from '../plan/values.ts';

const ofSteps = ['steps', 'vars'];
const ofAlerts = ['alerts', 'entities', 'labels'];

/** @param isLater time has passed on purpose before the step: what it says of alerts is about those of then */
export function isLate(step: Step, names: LocalNames, isLater: boolean): boolean {
  const later = isLater ? [...ofSteps, ...ofAlerts] : ofSteps;
  return expressionsOf(head(step)).some((text) => namesUsed(text, names).some((name) => later.includes(name)));
}

/** Without the steps inside: those are looked at by themselves. */
function head(step: Step): unknown {
  const { on_failure: _rescue, ...own } = step;
  if ('for_each' in own) return { ...own, for_each: own.for_each.in };
  if ('choose' in own) return { ...own, choose: own.choose.map(({ when }) => when) };
  if ('parallel' in own) return { ...own, parallel: [] };
  // Its condition is computed while it waits.
  if ('wait' in own) return { ...own, wait: null };
  return own;
}

function expressionsOf(value: unknown): string[] {
  if (isExpression(value)) return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(expressionsOf) : [];
}

/** Steps that let time pass on purpose. */
export const letsTimePass = (step: Step): boolean => 'wait' in step || 'ask' in step || 'approve' in step;
