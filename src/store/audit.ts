// Appends to the audit log, always inside the transaction that changes the read model. docs/audit.md has the format.

import { sql } from 'kysely';
import { auditBody, leafHash } from '../core/audit/entry.ts';
import type { Json } from '../core/canonical.ts';
import type { Trx } from './database.ts';

export interface NewAuditEntry {
  at: string;
  actor: string;
  kind: string;
  incidentId?: string;
  /** An entry with a key that is there already is passed over. */
  key?: string;
  data: Json;
}

/**
 * Appends in order. Call it last in the transaction: it locks the head of the log until the transaction ends.
 * Returns how many entries were new.
 */
export async function appendAudit(trx: Trx, entries: readonly NewAuditEntry[]): Promise<number> {
  if (entries.length === 0) return 0;
  const result = await auditAppend(entries).execute(trx);
  return result.rows[0]?.appended ?? 0;
}

/** The statement itself, for pipelined transactions. */
export const auditAppend = (entries: readonly NewAuditEntry[]) =>
  sql<{ appended: number }>`select audit_append(${JSON.stringify(auditRows(entries))}::jsonb) as appended`;

/** As `audit_append` takes them. */
export const auditRows = (entries: readonly NewAuditEntry[]) =>
  entries.map((entry) => {
    const body = auditBody(entry);
    return {
      incident_id: entry.incidentId ?? null,
      at: entry.at,
      kind: entry.kind,
      actor: entry.actor,
      key: entry.key ?? null,
      body,
      leaf: Buffer.from(leafHash(body)).toString('hex'),
    };
  });
