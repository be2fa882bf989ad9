// Numbered lists: the cursor is the number of the last item.

import type { Page } from '../../contract/api/common.ts';
import { Refusal } from './refusal.ts';

export function numberCursor(cursor: string | undefined): number | null {
  if (cursor === undefined) return null;
  if (!/^\d{1,15}$/.test(cursor)) {
    throw new Refusal(400, 'invalid_cursor', 'cursor: use `next` of the page before as it came');
  }
  return Number(cursor);
}

/** The page with its rows as the API shows them. */
export function showPage<Row, Item>(
  { items, next }: { items: Row[]; next: string | number | null },
  show: (row: Row) => Item,
): Page<Item> {
  return { items: items.map(show), next: next === null ? null : String(next) };
}
