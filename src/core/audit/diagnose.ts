/**
 * Tells an edit, a deletion, an insertion, a move and a copy apart at the first row that does not continue the chain.
 *
 * The evidence: every row carries the hash that it was appended with, over its number and the hash before it. So a row
 * that stands at a wrong place still proves its right one, and a later row may prove to be the entry that is missing
 * here. Where an attacker computed hashes again, rows no longer prove this; then the damage carries a range.
 */
import { bytesToHex } from '@noble/hashes/utils.js';
import { type ChainPosition, chainHash, columnFault } from './chain.ts';
import { type AuditDamage, entryDamage, rangeDamage } from './damage.ts';
import { leafHash, type StoredEntry } from './entry.ts';

/** Where verification stopped. */
export type ChainBreak = {
  /** The position after the last row that continued the chain. */
  position: ChainPosition;
  /** That row, with the position before it; null where `row` is the first. */
  last: { row: StoredEntry; before: ChainPosition } | null;
  /** Up to this size, a checkpoint or an older export confirms the chain. */
  confirmedSize: number;
  /** The row that does not continue the chain. */
  row: StoredEntry;
};

/** What the rows after the break say about it. */
type Evidence = {
  next: StoredEntry | null;
  rows: number;
  /** How many rows below the break, and under which number, the entry that belongs at the break stands. */
  missing: { distance: number; seq: number } | null;
  /** The number of a row that has only the body of that entry. */
  missingBodyAt: number | null;
  /** The broken row stands further down once more. */
  repeated: boolean;
};

/** How far past the end of the log a row's own number is looked for: that many deleted entries are still told apart. */
const searchBeyondEnd = 1000;

/** Reads the rest of the rows, in constant memory. */
export async function diagnose(at: ChainBreak, rest: AsyncIterator<StoredEntry>): Promise<AuditDamage> {
  const { row, position } = at;
  const leaf = leafHash(row.body);
  const place = position.size + 1;
  if (chainHash(position.head, place, leaf) === row.hash) return editedInPlace(row, leaf, position);
  const evidence = await gather(at, rest);
  const before = repeatOfLast(at, leaf, evidence);
  if (before !== null) return before;
  if (row.seq < place) return takenNumber(row, leaf, place);
  if (row.seq > place) return skippedNumbers(at, evidence);
  return wrongContent(at, leaf, evidence);
}

/** The hash proves that this is the right entry, so a column that the body does not cover was changed. */
function editedInPlace(row: StoredEntry, leaf: Uint8Array, position: ChainPosition): AuditDamage {
  const place = position.size + 1;
  const edited = (column: string, found: unknown, expected: unknown) =>
    entryDamage('audit_entry_edited', place, `Entry ${place} was edited: its ${column} is ${found}`, String(expected));
  if (row.seq !== place) return edited('seq', row.seq, place);
  if (row.leafHash !== bytesToHex(leaf)) return edited('leaf_hash', row.leafHash, bytesToHex(leaf));
  if (row.prevHash !== position.head) return edited('prev_hash', row.prevHash, position.head);
  const fault = columnFault(row);
  return edited(fault?.column ?? 'row', fault?.found ?? 'changed', fault?.expected ?? 'what was appended');
}

async function gather(at: ChainBreak, rest: AsyncIterator<StoredEntry>): Promise<Evidence> {
  const { row, position } = at;
  const place = position.size + 1;
  const evidence: Evidence = { next: null, rows: 0, missing: null, missingBodyAt: null, repeated: false };
  for (let step = await rest.next(); step.done !== true; step = await rest.next()) {
    const later = step.value;
    evidence.next ??= later;
    evidence.rows += 1;
    const hashHere = chainHash(position.head, place, leafHash(later.body));
    if (hashHere === later.hash) evidence.missing ??= { distance: evidence.rows, seq: later.seq };
    else if (hashHere === row.hash || hashHere === evidence.next.prevHash) evidence.missingBodyAt ??= later.seq;
    evidence.repeated ||= later.hash === row.hash && later.body === row.body;
  }
  return evidence;
}

/** The row proves to be the entry whose place the last row took: the last row, or this one, is one too many. */
function repeatOfLast(at: ChainBreak, leaf: Uint8Array, evidence: Evidence): AuditDamage | null {
  const { row, last, position } = at;
  if (last === null || chainHash(last.before.head, position.size, leaf) !== row.hash) return null;
  if (row.hash === last.row.hash) return duplicated(row.seq, position.size);
  const lastIsConfirmed = at.confirmedSize === position.size || evidence.next?.prevHash === last.row.hash;
  return lastIsConfirmed
    ? inserted(row.seq, `the log already has an entry ${position.size}, and what follows continues that one`)
    : inserted(position.size, `the row after it proves to be the entry ${position.size} that was appended`);
}

/** A number that was there before. */
function takenNumber(row: StoredEntry, leaf: Uint8Array, place: number): AuditDamage {
  return isWhole(row, leaf)
    ? duplicated(row.seq, row.seq)
    : inserted(row.seq, `a row of that number was there before, and entry ${place} comes next`);
}

function skippedNumbers({ row, position }: ChainBreak, evidence: Evidence): AuditDamage {
  const place = position.size + 1;
  if (evidence.repeated) return duplicated(row.seq, row.seq);
  if (evidence.missing !== null) return reordered(place, `it stands ${evidence.missing.distance} rows further down`);
  return deleted(place, row.seq - 1, `after entry ${position.size} comes entry ${row.seq}`);
}

/** The right number, but neither the body nor the hashes that belong to it. */
function wrongContent(at: ChainBreak, leaf: Uint8Array, evidence: Evidence): AuditDamage {
  const { row, position } = at;
  const place = row.seq;
  if (isWhole(row, leaf)) return recomputed(at, evidence);
  const original = originalNumber(row, leaf, place, position.size + evidence.rows + searchBeyondEnd);
  if (original !== null) {
    if (original < place || evidence.repeated) return duplicated(place, original);
    if (evidence.missing !== null) return reordered(place, `it stands at number ${evidence.missing.seq}`);
    return deleted(place, original - 1, `number ${place} was given to what its hash proves to be entry ${original}`);
  }
  if (evidence.missingBodyAt !== null) return reordered(place, `its body stands at number ${evidence.missingBodyAt}`);
  if (evidence.missing !== null) return insertedBefore(place, evidence.missing);
  return edited(place, row, leaf, position);
}

/** The row is whole in itself, but follows another entry than the one before it. One of the two was recomputed. */
function recomputed(at: ChainBreak, evidence: Evidence): AuditDamage {
  const { row, position, last, confirmedSize } = at;
  if (evidence.missing !== null) return insertedBefore(row.seq, evidence.missing);
  const lastIsConfirmed = last === null || confirmedSize === position.size;
  if (lastIsConfirmed || (evidence.next !== null && evidence.next.prevHash !== row.hash)) {
    return edited(row.seq, row, leafHash(row.body), position);
  }
  return rangeDamage(
    'audit_entry_edited',
    { seq: position.size, from: confirmedSize + 1, to: position.size },
    `Entry ${position.size} was edited and its hash computed again: entry ${row.seq} follows ${row.prevHash}`,
    `it to follow ${position.head}`,
  );
}

function edited(seq: number, row: StoredEntry, leaf: Uint8Array, position: ChainPosition): AuditDamage {
  const expected = chainHash(position.head, seq, leaf);
  const found = `Entry ${seq} was edited, or was not written by Firebreak: its hash is ${row.hash}`;
  return entryDamage('audit_entry_edited', seq, found, `${expected} for what it says now`);
}

function duplicated(seq: number, original: number): AuditDamage {
  return entryDamage(
    'audit_entry_duplicated',
    seq,
    `Row ${seq} is a second copy of entry ${original}`,
    'each entry to be there once',
  );
}

function deleted(from: number, to: number, found: string): AuditDamage {
  const missing = from === to ? `Entry ${from} was deleted` : `Entries ${from} to ${to} were deleted`;
  return entryDamage('audit_entry_deleted', from, `${missing}: ${found}`, `entry ${from}`);
}

function reordered(seq: number, found: string): AuditDamage {
  return entryDamage('audit_entry_reordered', seq, `Entry ${seq} was moved: ${found}`, 'it at its own place');
}

function insertedBefore(place: number, missing: { distance: number; seq: number }): AuditDamage {
  return inserted(place, `the entry ${place} that was appended stands ${missing.distance} rows further down`);
}

function inserted(seq: number, found: string): AuditDamage {
  return entryDamage('audit_entry_inserted', seq, `Row ${seq} was inserted: ${found}`, 'no row there');
}

/** Whether the row's hashes agree with its own number, body and previous hash. */
function isWhole(row: StoredEntry, leaf: Uint8Array): boolean {
  return row.leafHash === bytesToHex(leaf) && chainHash(row.prevHash, row.seq, leaf) === row.hash;
}

/** The number that the row was appended under, which its hash proves; nearest numbers first. */
function originalNumber(row: StoredEntry, leaf: Uint8Array, near: number, highest: number): number | null {
  if (row.leafHash !== bytesToHex(leaf)) return null;
  for (let distance = 1; distance <= Math.max(near - 1, highest - near); distance++) {
    for (const number of [near - distance, near + distance]) {
      if (number >= 1 && number <= highest && chainHash(row.prevHash, number, leaf) === row.hash) return number;
    }
  }
  return null;
}
