// Priority: who is first when many wait. Severity says how bad it is, the tier of its service and the criticality of its
// assets how much that matters. With it the times of the SLA, as moments.

import type { Sla } from '../incident/sla.ts';
import type { ResponsePlan } from '../plan/response-plan.ts';
import { durationMs } from '../plan/values.ts';
import { type Severity, severities } from '../severity.ts';

/** 1 is first. */
export type Priority = 1 | 2 | 3 | 4 | 5;

/** One step up for what matters most, one down for what matters least. */
export function priorityOf(severity: Severity, importance: number): Priority {
  const shift = importance === 1 ? -1 : importance >= 4 ? 1 : 0;
  return Math.min(5, Math.max(1, severities.indexOf(severity) + 1 + shift)) as Priority;
}

/** @param detectedAt ISO-8601: when the clocks started */
export function slaOf(plan: ResponsePlan, severity: Severity, detectedAt: string): Sla {
  const { acknowledge, recovery_reminder } = plan.slas[severity];
  const after = (duration: string): string => new Date(Date.parse(detectedAt) + durationMs(duration)).toISOString();
  return { acknowledgeBy: after(acknowledge), recoverBy: after(recovery_reminder) };
}

export const priorityReason = (severity: Severity, importance: number, { acknowledgeBy, recoverBy }: Sla): string =>
  `priority P${priorityOf(severity, importance)}: severity ${severity}, importance ${importance} of 4; ` +
  `acknowledge by ${acknowledgeBy}, recover by ${recoverBy}`;
