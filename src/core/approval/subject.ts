// What an approval is bound to: exactly what will be done, in canonical JSON, under SHA-256.

import { canonicalJson, type Json, sha256Hex } from '../canonical.ts';
import type { PlannedStep } from '../incident/plan.ts';

/** Exactly what will be done; its canonical JSON is what the digest is over. Times are ISO-8601, durations milliseconds. */
export interface ApprovalSubject {
  incidentId: string;
  stepId: string;
  action: string;
  target: string;
  params: Json;
  mode: 'simulate' | 'live';
  /** How long it is held; null when nothing is held. */
  holdMs: number | null;
  /** What would take it back, where the step brings an undo of its own. */
  undo?: { action: string; target: string; params: Json } | undefined;
  planDigest: string;
  expiresAt: string;
}

/**
 * SHA-256 of the canonical JSON (RFC 8785) of the subject's own members, hex. Members that are not the subject's, such
 * as a title for people, do not count.
 * @throws CanonicalJsonError for parameters that JSON cannot say
 */
export function subjectDigest(subject: ApprovalSubject): string {
  const { incidentId, stepId, action, target, params, mode, holdMs, undo, planDigest, expiresAt } = subject;
  const own = { incidentId, stepId, action, target, params, mode, holdMs, planDigest, expiresAt };
  return sha256Hex(canonicalJson(undo ? { ...own, undo: undoOf(undo) } : own));
}

const undoOf = ({ action, target, params }: NonNullable<ApprovalSubject['undo']>) => ({ action, target, params });

/** What a step asks approval for. */
export function subjectOfStep(
  step: PlannedStep,
  about: Pick<ApprovalSubject, 'incidentId' | 'planDigest' | 'expiresAt'>,
): ApprovalSubject {
  const { id: stepId, action, target, params, mode, holdMs, undo } = step;
  return { ...about, stepId, action, target, params, mode, holdMs, ...(undo && { undo: undoOf(undo) }) };
}
