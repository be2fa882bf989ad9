// Derived ids: the same facts give the same id, so that a retry finds what the first try made.

import { sha256 } from '@noble/hashes/sha2.js';
import { utf8ToBytes } from '@noble/hashes/utils.js';
import type { Alert } from './alert.ts';

// Crockford's base32 without i, l, o, u: readable aloud at 3 a.m.
const alphabet = '0123456789abcdefghjkmnpqrstvwxyz';

/** `length` characters of base32 over SHA-256 of the parts; parts are length-prefixed, so no two lists collide. */
export function derivedId(length: number, ...parts: string[]): string {
  const digest = sha256(utf8ToBytes(parts.map((part) => `${part.length}:${part}`).join('')));
  let id = '';
  for (let i = 0; i < length; i += 1) id += alphabet[(digest[i] ?? 0) & 31];
  return id;
}

/** One episode of one finding: (source, fingerprint, startsAt). */
export function alertId(alert: Pick<Alert, 'source' | 'fingerprint' | 'startsAt'>): string {
  return derivedId(20, 'alert', alert.source, alert.fingerprint, alert.startsAt);
}

/** The incident of a group; a group whose incident closed gets the next generation. */
export function incidentIdOf(groupId: string, generation: number): string {
  return derivedId(10, 'incident', groupId, String(generation));
}

export function groupIdOf(source: string, groupKey: string): string {
  return derivedId(20, 'group', source, groupKey);
}

/** A step that began anew is another effect, containment and so on; the first attempt is named like the step. */
export const attemptId = (stepId: string, attempt = 1): string => (attempt > 1 ? `${stepId}/${attempt}` : stepId);

export const stepKey = (incidentId: string, stepId: string): string => `${incidentId}/${stepId}`;
export const containmentIdOf = (incidentId: string, stepId: string): string =>
  derivedId(14, 'containment', incidentId, stepId);
export const approvalIdOf = (incidentId: string, stepId: string, round: number): string =>
  derivedId(14, 'approval', incidentId, stepId, String(round));
/** One person decides an approval once. */
/** `alone`: breaking the glass, which may follow an approval by the same person. */
export const decisionIdOf = (approvalId: string, actor: string, alone = false): string =>
  derivedId(16, 'decision', approvalId, actor, ...(alone ? ['alone'] : []));
