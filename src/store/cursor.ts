// Keyset pages: the cursor is the place of the last row, so that inserts between two pages neither repeat nor hide rows.

import { type RawBuilder, type ReferenceExpression, sql } from 'kysely';
import type { Page } from '../contract/api/common.ts';
import type { Database } from './schema.ts';

/** A place in a list that is ordered by (time, id). `time` is Postgres' own text, with all its digits. */
export interface Place {
  time: string;
  id: string;
  /** Of lists that are ordered by something else first. */
  rank?: number;
}

export interface PageRequest {
  after: Place | null;
  limit: number;
}

export interface Placed {
  place_time: string;
  place_id: string;
  place_rank?: number;
}

type Column<Table extends keyof Database> = ReferenceExpression<Database, Table> & string;

export class InvalidCursor extends Error {
  readonly code = 'invalid_cursor';
  constructor() {
    super('cursor: it is not one that a list gave; use `next` of the page before as it came');
  }
}

function encodePlace({ time, id, rank }: Place): string {
  return Buffer.from(JSON.stringify(rank === undefined ? [time, id] : [time, id, rank])).toString('base64url');
}

/** @throws InvalidCursor */
function decodePlace(cursor: string): Place {
  const [time, id, rank] = readJson(Buffer.from(cursor, 'base64url').toString('utf8'));
  if (typeof time !== 'string' || typeof id !== 'string' || !isTime(time) || id.includes('\0'))
    throw new InvalidCursor();
  if (rank !== undefined && typeof rank !== 'number') throw new InvalidCursor();
  return { time, id, ...(rank !== undefined && { rank }) };
}

export const pageRequest = ({ cursor, limit }: { cursor?: string | undefined; limit: number }): PageRequest => ({
  after: cursor === undefined ? null : decodePlace(cursor),
  limit,
});

/** Columns to select for `toPage`. */
export function placeColumns<Table extends keyof Database>(time: Column<Table>, id: Column<Table>) {
  return [sql<string>`${sql.ref(time)}::text`.as('place_time'), sql<string>`${sql.ref(id)}`.as('place_id')] as const;
}

/** True for rows beyond the place. Order by (time, id) in the same direction. */
export function beyond<Table extends keyof Database>(
  time: Column<Table>,
  id: Column<Table>,
  { after }: PageRequest,
  direction: 'asc' | 'desc',
): RawBuilder<boolean> {
  if (!after) return sql<boolean>`true`;
  const operator = sql.raw(direction === 'asc' ? '>' : '<');
  return sql<boolean>`(${sql.ref(time)}, ${sql.ref(id)}) ${operator} (${after.time}::timestamptz, ${after.id})`;
}

/** The same for rows that are ordered by rank, lowest first, and newest first within a rank. */
export function beyondRank<Table extends keyof Database>(
  rank: RawBuilder<number>,
  time: Column<Table>,
  id: Column<Table>,
  { after }: PageRequest,
): RawBuilder<boolean> {
  if (!after) return sql<boolean>`true`;
  if (after.rank === undefined) throw new InvalidCursor();
  const later = beyond(time, id, { after, limit: 0 }, 'desc');
  return sql<boolean>`(${rank} > ${after.rank} or (${rank} = ${after.rank} and ${later}))`;
}

/** `rows` were asked for with one more than the limit: whether it came tells if there is a next page. */
export function toPage<Row extends Placed>(rows: Row[], limit: number): Page<Row> {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  const hasMore = rows.length > limit && last !== undefined;
  if (!hasMore) return { items, next: null };
  const { place_time: time, place_id: id, place_rank: rank } = last;
  return { items, next: encodePlace({ time, id, ...(rank !== undefined && { rank }) }) };
}

function readJson(text: string): unknown[] {
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? value : [];
  } catch {
    return [];
  }
}

/** As Postgres writes it in any time zone, and a time that there is: 2026-01-31 09:30:00.123456+00. */
function isTime(text: string): boolean {
  const [, seconds] =
    /^(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)(?:\.\d{1,6})?[+-](?:0\d|1[0-5])(?::[0-5]\d){0,2}$/.exec(text) ?? [];
  const iso = `${seconds?.replace(' ', 'T')}Z`;
  return !Number.isNaN(Date.parse(iso)) && new Date(iso).toISOString() === iso.replace('Z', '.000Z');
}

/** A pattern for `like` that any text with this in it matches. */
export const containing = (text: string): string => `%${text.replace(/[\\%_]/g, '\\$&')}%`;
