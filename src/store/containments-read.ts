// Reads containments. Their rows are written by the workflow that holds them.

import type { ContainmentStatus } from '../contract/activities.ts';
import { beyond, type PageRequest, placeColumns, toPage } from './cursor.ts';
import type { Store } from './database.ts';

/** Statuses in which the effect is, or may be, in the world. */
export const activeContainmentStatuses = ['applying', 'held', 'undoing', 'undo_failed', 'unknown'] as const;

export const isActive = (status: ContainmentStatus): boolean =>
  activeContainmentStatuses.some((active) => active === status);

export interface ContainmentFilter {
  status?: ContainmentStatus[] | undefined;
  active?: boolean | undefined;
  incidentId?: string | undefined;
}

export type ContainmentRow = Awaited<ReturnType<typeof listContainments>>['items'][number];

/** Newest first. */
export async function listContainments(store: Store, filter: ContainmentFilter, page: PageRequest) {
  let query = store
    .selectFrom('containments')
    .selectAll()
    .select(placeColumns<'containments'>('created_at', 'containment_id'))
    .where(beyond<'containments'>('created_at', 'containment_id', page, 'desc'));
  if (filter.status) query = query.where('status', 'in', filter.status);
  if (filter.active === true) query = query.where('status', 'in', activeContainmentStatuses);
  if (filter.active === false) query = query.where('status', 'not in', activeContainmentStatuses);
  if (filter.incidentId !== undefined) query = query.where('incident_id', '=', filter.incidentId);
  const rows = await query
    .orderBy('created_at', 'desc')
    .orderBy('containment_id', 'desc')
    .limit(page.limit + 1)
    .execute();
  return toPage(rows, page.limit);
}

export async function readContainment(store: Store, containmentId: string) {
  return await store
    .selectFrom('containments')
    .selectAll()
    .where('containment_id', '=', containmentId)
    .executeTakeFirst();
}
