// How a test speaks of steps: by the id that the playbook gives, or by the path to it through those that hold it. A step
// that ran for each of a list has instances, whose ids have a hash of their item.

import type { PlannedStep } from '../core/incident/plan.ts';
import { allSteps, type IncidentState } from '../core/incident/state.ts';

/** The step itself, or its instances; only those on the target, when one is given. */
export function instancesOf(state: IncidentState | undefined, written: string, target?: string): PlannedStep[] {
  const steps = state ? allSteps(state) : [];
  return steps.filter((step) => isInstanceOf(step.id, written) && (target === undefined || step.target === target));
}

export function isInstanceOf(stepId: string, written: string): boolean {
  const path = stepId.replaceAll(itemHash, '');
  return [stepId, path].some((one) => one === written || one.endsWith(`.${written}`));
}

/** As core/ids.ts makes them: six characters of base32. */
const itemHash = /[.-][0-9a-hjkmnp-tv-z]{6}(?=$|\.)/g;
