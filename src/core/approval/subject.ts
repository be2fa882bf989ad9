// What an approval is bound to: exactly what will be done, in canonical JSON, under SHA-256.

import { canonicalJson, type Json, sha256Hex } from '../canonical.ts';

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
  planDigest: string;
  expiresAt: string;
}

/**
 * SHA-256 of the canonical JSON (RFC 8785) of the subject's own members, hex. Members that are not the subject's, such
 * as a title for people, do not count.
 * @throws CanonicalJsonError for parameters that JSON cannot say
 */
export function subjectDigest(subject: ApprovalSubject): string {
  const { incidentId, stepId, action, target, params, mode, holdMs, planDigest, expiresAt } = subject;
  return sha256Hex(canonicalJson({ incidentId, stepId, action, target, params, mode, holdMs, planDigest, expiresAt }));
}
