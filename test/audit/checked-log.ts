// A log of fifty entries with four checkpoints, verified as it is or after somebody changed it.

import { type AuditEvidence, verifyAudit } from '../../src/audit/verify.ts';
import type { StoredEntry } from '../../src/core/audit/entry.ts';
import { chained, forgedPayload, payloadOf, simpleLog, stream } from '../core/audit/logs.ts';
import { checkpointsOf, newKey } from './fixtures.ts';

export const key = newKey();
export const trustedPublicKey = key.publicKey.pem;
export const log = simpleLog(50);
export const sizes = [10, 20, 30, 40];
export const checkpoints = checkpointsOf(log, sizes, key);

export function verify(rows: Iterable<StoredEntry>, evidence: Partial<AuditEvidence> = {}) {
  return verifyAudit({ entries: stream(rows), checkpoints, trustedPublicKey, ...evidence });
}

/** The log with entry `seq` forged and the chain computed again from there on, up to `until`. */
export function rewritten(seq: number, until = log.length): StoredEntry[] {
  const again = [forgedPayload(), ...log.slice(seq, until).map(payloadOf)];
  return [...chained(again, log.slice(0, seq - 1)), ...log.slice(until)];
}
