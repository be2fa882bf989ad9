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

/** One target that an action touches, at a time in milliseconds of any clock. */
export interface Touch {
  action: TouchedAction;
  target: string;
  atMs: number;
}

const hourMs = 3_600_000;

/** What stands against the last of them, had the others of this incident happened and those of no other. */
export function refusalOfLast(limits: readonly BlastRadiusLimit[], touches: readonly Touch[]) {
  const last = touches.at(-1);
  for (const limit of last ? limitsOn(limits, last.action) : []) {
    const counted = touches.filter(({ action }) => limitsOn([limit], action).length > 0);
    const inHour = counted.filter(({ atMs }) => atMs > (last?.atMs ?? 0) - hourMs);
    const refusal = refusalOfBlastRadius(limit, { inIncident: targetsOf(counted), inHour: targetsOf(inHour) });
    if (refusal) return refusal;
  }
  return undefined;
}

const targetsOf = (touches: readonly Touch[]): number => new Set(touches.map(({ target }) => target)).size;

/** One line for each limit that what is planned goes beyond: the rest is refused when its turn comes. */
export function beyondLimits(limits: readonly BlastRadiusLimit[], planned: readonly Touch[]): string[] {
  return limits.flatMap((limit) => {
    const { per_incident: perIncident, name } = limit;
    const targets = targetsOf(planned.filter(({ action }) => limitsOn([limit], action).length > 0));
    if (perIncident === undefined || targets <= perIncident) return [];
    return [
      `blast radius: ${targets} targets are planned, guards.yaml (${name}) lets one incident touch ${perIncident}`,
    ];
  });
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
