// Which incidents came while the list was looked at: they are marked, and told to screen readers.

import { useState } from 'react';
import type { IncidentSummary } from '../../contract/api/index.ts';

interface Seen {
  of: string;
  ids: ReadonlySet<string>;
  /** Those opened later than this are new; older ones only came onto the page. */
  newestOpenedAt: string;
  arrived: ReadonlySet<string>;
}

const nobody: ReadonlySet<string> = new Set();

/** `list` names what is looked at; undefined while its items are not there yet. */
export function useArrivals(incidents: readonly IncidentSummary[], list: string | undefined): ReadonlySet<string> {
  const [seen, setSeen] = useState<Seen>();
  if (list === undefined) return nobody;
  const isSame = seen?.of === list;
  const fresh = incidents.filter(({ id }) => !isSame || !seen.ids.has(id));
  if (fresh.length === 0) return isSame ? seen.arrived : nobody;
  const late = isSame ? fresh.filter(({ openedAt }) => openedAt > seen.newestOpenedAt).map(({ id }) => id) : [];
  const next: Seen = {
    of: list,
    ids: new Set([...(isSame ? seen.ids : []), ...incidents.map(({ id }) => id)]),
    newestOpenedAt:
      incidents
        .map(({ openedAt }) => openedAt)
        .sort()
        .at(-1) ?? '',
    arrived: late.length > 0 ? new Set(late) : isSame ? seen.arrived : nobody,
  };
  setSeen(next);
  return next.arrived;
}
