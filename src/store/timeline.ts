// The timeline of an incident: its slice of the audit log. There is no second story.

import type { AuditEntry } from '../core/audit/entry.ts';
import type { Store } from './database.ts';

export interface TimelineRow {
  seq: number;
  entry: AuditEntry;
}

export interface TimelinePage {
  /** Entries with a greater seq, or a smaller one when read backwards; null from the end. */
  after: number | null;
  limit: number;
  order: 'asc' | 'desc';
}

export async function readTimeline(
  store: Store,
  incidentId: string,
  { after, limit, order }: TimelinePage,
): Promise<{ items: TimelineRow[]; next: number | null }> {
  let query = store.selectFrom('audit_entries').select(['seq', 'body']).where('incident_id', '=', incidentId);
  if (after !== null) query = query.where('seq', order === 'asc' ? '>' : '<', after);
  const rows = await query
    .orderBy('seq', order)
    .limit(limit + 1)
    .execute();
  const items = rows.slice(0, limit).map(({ seq, body }) => ({ seq, entry: JSON.parse(body) as AuditEntry }));
  return { items, next: rows.length > limit ? (items.at(-1)?.seq ?? null) : null };
}
