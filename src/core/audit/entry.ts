/**
 * One audit entry: what is recorded, the text that is hashed, and the row that the store keeps.
 * Appending, chaining and reading are the store's.
 */
import { utf8ToBytes } from '@noble/hashes/utils.js';
import { canonicalJson, type Json, sha256 } from '../canonical.ts';

/** A fact, attempt, refusal or decision, as its author states it. */
export type AuditEntry = {
  /** ISO-8601 in UTC with milliseconds: `2026-01-31T09:30:00.000Z`. */
  at: string;
  /** Who or what did it: `person:ana`, `workflow`, `action:block_ip`. */
  actor: string;
  /** An open vocabulary of dotted words: `containment.applied`. */
  kind: string;
  incidentId?: string;
  /** Idempotency key: an entry whose key is on the log already is not appended again. */
  key?: string;
  data: Json;
};

/** A row of `audit_entries`. Hashes are lower-case hex; `at` is written as in AuditEntry. */
export type StoredEntry = {
  seq: number;
  incidentId: string | null;
  at: string;
  kind: string;
  actor: string;
  key: string | null;
  /** The canonical JSON of the AuditEntry: the only text that is hashed. */
  body: string;
  leafHash: string;
  prevHash: string;
  hash: string;
};

/** An entry that cannot be appended as it is. */
class AuditEntryError extends Error {
  readonly code = 'audit_entry_invalid';

  constructor(field: string, found: string, right: string) {
    super(`Audit entry: ${field} is ${found}; it must be ${right}.`);
    this.name = 'AuditEntryError';
  }
}

const bodyNames = new Set(['actor', 'at', 'data', 'incidentId', 'key', 'kind']);

/**
 * The canonical JSON (RFC 8785) of an entry, which is what the log hashes and what the column `body` holds.
 * @throws AuditEntryError for a wrong time or an empty actor, kind, incident or key
 * @throws CanonicalJsonError for data that JSON cannot say
 */
export function auditBody(entry: AuditEntry): string {
  const { at, actor, kind, incidentId, key, data } = entry;
  if (!isInstant(at)) throw new AuditEntryError('at', JSON.stringify(at), 'a UTC time with milliseconds and Z');
  for (const [field, value] of Object.entries({ actor, kind, incidentId, key })) {
    if (value === '') throw new AuditEntryError(field, 'empty', 'a text, or left out where it is optional');
  }
  return canonicalJson({ at, actor, kind, incidentId, key, data });
}

/** The Merkle leaf hash of a body: SHA-256(0x00 || UTF-8 of the body), RFC 6962 section 2.1. 32 bytes. */
export function leafHash(body: string): Uint8Array {
  const text = utf8ToBytes(body);
  const leaf = new Uint8Array(1 + text.length);
  leaf.set(text, 1);
  return sha256(leaf);
}

/** The entry that a body says, or null where the text is not the canonical JSON of an entry. */
export function parseAuditBody(body: string): AuditEntry | null {
  let value: unknown;
  try {
    value = JSON.parse(body);
    // Also refuses a name that is given twice, which two readers could read differently.
    if (canonicalJson(value) !== body) return null;
  } catch {
    return null;
  }
  return isAuditEntry(value) ? value : null;
}

function isAuditEntry(value: unknown): value is AuditEntry {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return false;
  const { at, actor, kind, incidentId, key, data } = value as Record<string, unknown>;
  return (
    Object.keys(value).every((name) => bodyNames.has(name)) &&
    isInstant(at) &&
    typeof actor === 'string' &&
    typeof kind === 'string' &&
    (incidentId === undefined || typeof incidentId === 'string') &&
    (key === undefined || typeof key === 'string') &&
    data !== undefined
  );
}

function isInstant(at: unknown): at is string {
  if (typeof at !== 'string') return false;
  const time = new Date(at);
  return !Number.isNaN(time.getTime()) && time.toISOString() === at;
}
