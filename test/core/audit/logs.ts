/** Builds audit logs as the store would, and takes them apart as an attacker on the database would. */
import { bytesToHex } from '@noble/hashes/utils.js';
import fc from 'fast-check';
import { chainHash, genesis } from '../../../src/core/audit/chain.ts';
import { type AuditEntry, auditBody, leafHash, type StoredEntry } from '../../../src/core/audit/entry.ts';

export const entryArbitrary: fc.Arbitrary<AuditEntry> = fc
  .record(
    {
      at: fc
        .date({ min: new Date(0), max: new Date('2100-01-01'), noInvalidDate: true })
        .map((date) => date.toISOString()),
      actor: fc.constantFrom('workflow', 'person:ana', 'action:block_ip', 'gateway'),
      kind: fc.constantFrom('alert.received', 'containment.applied', 'approval.given', 'note.added'),
      incidentId: fc.constantFrom('7k2m9q', 'b01xw3'),
      data: fc.jsonValue({ maxDepth: 2 }).map((value) => JSON.parse(JSON.stringify(value))),
    },
    { requiredKeys: ['at', 'actor', 'kind', 'data'] },
  )
  .map((entry) => entry satisfies AuditEntry);

/** Logs of distinct entries: each has a key of its own, as an entry of an incident has. */
export function logArbitrary({ min = 1, max = 25 }: { min?: number; max?: number } = {}): fc.Arbitrary<StoredEntry[]> {
  return fc
    .array(entryArbitrary, { minLength: min, maxLength: max })
    .map((entries) => buildLog(entries.map((entry, index) => ({ ...entry, key: `key-${index + 1}` }))));
}

export function buildLog(entries: readonly AuditEntry[]): StoredEntry[] {
  return chained(entries.map((entry) => payload(entry)));
}

/** `count` small entries. */
export function simpleLog(count: number): StoredEntry[] {
  return buildLog(Array.from({ length: count }, (_, index) => simpleEntry(index + 1)));
}

export function simpleEntry(number: number, data = `entry ${number}`): AuditEntry {
  const at = new Date(Date.UTC(2026, 0, 1) + number * 1000).toISOString();
  return { at, actor: 'workflow', kind: 'note.added', incidentId: '7k2m9q', key: `key-${number}`, data };
}

export type Payload = Omit<StoredEntry, 'seq' | 'prevHash' | 'hash'>;

/** The columns that an entry fills by itself. */
function payload(entry: AuditEntry): Payload {
  const body = auditBody(entry);
  const { at, kind, actor, incidentId = null, key = null } = entry;
  return { incidentId, at, kind, actor, key, body, leafHash: bytesToHex(leafHash(body)) };
}

export function payloadOf({ seq: _seq, prevHash: _prev, hash: _hash, ...rest }: StoredEntry): Payload {
  return rest;
}

/** A row that is whole in itself after the given hash. */
export function rowAfter(prevHash: string, seq: number, columns: Payload): StoredEntry {
  return { ...columns, seq, prevHash, hash: chainHash(prevHash, seq, leafHash(columns.body)) };
}

/** A chain over payloads, as the appending function of the store computes it; continues `before`. */
export function chained(payloads: readonly Payload[], before: readonly StoredEntry[] = []): StoredEntry[] {
  const rows = [...before];
  for (const columns of payloads) rows.push(rowAfter(rows.at(-1)?.hash ?? genesis.head, rows.length + 1, columns));
  return rows;
}

/** The rows with their numbers 1, 2, 3 … in the order in which they stand; hashes as they are. */
export function renumbered(rows: readonly StoredEntry[]): StoredEntry[] {
  return rows.map((row, index) => ({ ...row, seq: index + 1 }));
}

export async function* stream<T>(rows: Iterable<T>): AsyncGenerator<T> {
  yield* rows;
}

export async function collected<T>(rows: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const row of rows) all.push(row);
  return all;
}

export function at<T>(list: readonly T[], index: number): T {
  const value = list[index];
  if (value === undefined) throw new Error(`nothing at ${index} of ${list.length}`);
  return value;
}

/** Another entry than any of the log's. */
export function forgedPayload(): Payload {
  return payload({
    at: '2026-06-06T06:06:06.006Z',
    actor: 'person:eve',
    kind: 'approval.given',
    key: 'forged',
    data: 1,
  });
}

/** A hash of nothing in the log. */
export const strangeHash = 'ee'.repeat(32);
