// Priority: who is first when many wait. Severity says how bad it is, the tier of its service and the criticality of its
// assets how much that matters. With it the times of the SLA, as moments.

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

/** @param detectedAt ISO-8601: when the clock of the SLA started */
export function priorityReason(plan: ResponsePlan, severity: Severity, importance: number, detectedAt: string): string {
  const sla = plan.slas[severity];
  const by = (duration: string): string => new Date(Date.parse(detectedAt) + durationMs(duration)).toISOString();
  return (
    `priority P${priorityOf(severity, importance)}: severity ${severity}, importance ${importance} of 4; ` +
    `acknowledge by ${by(sla.acknowledge)}, recover by ${by(sla.recovery_reminder)}`
  );
}
