// One attempt at one action, by the privileged worker.

import type { ActionOutcome } from '../../src/core/action-outcome.ts';
import type { PlannedStep } from '../../src/core/incident/plan.ts';
import { containment } from '../proxies.ts';
import { applyInputOf } from './hold.ts';
import type { Incident } from './incident.ts';

export interface Applied {
  outcome: ActionOutcome;
  /** When what is held runs out; null when nothing is held. */
  expiresAt: string | null;
}

/** An activity that failed for good tells nothing about the world: the outcome is unknown, never assumed. */
export async function applied(incident: Incident, step: PlannedStep, approvalId: string | null): Promise<Applied> {
  const input = applyInputOf(incident, step, approvalId);
  const { expiresAt } = input;
  try {
    return { outcome: await containment(step).applyAction(input), expiresAt };
  } catch (error) {
    const message =
      error instanceof Error ? (error.cause instanceof Error ? error.cause.message : error.message) : String(error);
    const detail = `Nobody knows whether it happened: ${message}`;
    return { outcome: { state: 'unknown', detail, failure: { code: 'activity_failed', message } }, expiresAt };
  }
}
