// How many targets actions may touch: limits of guards.yaml, and what stands against one more.

import type { ActionKind, Risk } from './approvals.ts';
import type { BlastRadiusLimit } from './guards.ts';

export interface TouchedAction {
  name: string;
  kind: ActionKind;
  risk: Risk;
}

/** Different targets that were touched for real, the one that is about to be among them. */
export interface TouchedTargets {
  inIncident: number;
  inHour: number;
}

/** Those that speak of this action: every condition of a limit must hold. */
export function limitsOn(limits: readonly BlastRadiusLimit[], action: TouchedAction): BlastRadiusLimit[] {
  const holds = <Value>(wanted: readonly Value[] | undefined, value: Value): boolean =>
    !wanted || wanted.includes(value);
  return limits.filter(
    ({ actions, kinds, risks }) =>
      holds(actions, action.name) && holds(kinds, action.kind) && holds(risks, action.risk),
  );
}

export function refusalOfBlastRadius(
  { per_incident: perIncident, per_hour: perHour, name }: BlastRadiusLimit,
  { inIncident, inHour }: TouchedTargets,
): { code: string; message: string } | undefined {
  if (perIncident !== undefined && inIncident > perIncident) {
    return {
      code: 'blast_radius_incident',
      message: `guards.yaml (${name}) lets one incident touch ${perIncident} targets; this would be the next`,
    };
  }
  if (perHour !== undefined && inHour > perHour) {
    return {
      code: 'blast_radius_hour',
      message: `guards.yaml (${name}) lets ${perHour} targets be touched within an hour; this would be the next`,
    };
  }
  return undefined;
}
