// What the list shows, kept in the address: a link to it shows the same.

import { type IncidentStatus, incidentStatuses } from '../../core/incident/status.ts';
import { isSeverity, type Severity } from '../../core/severity.ts';
import type { IncidentFilter } from '../api/queries.ts';

const listOrders = ['newest', 'priority', 'likely'] as const;
type ListOrder = (typeof listOrders)[number];

export interface ListFilter {
  isAll: boolean;
  severities: Severity[];
  status: IncidentStatus | null;
  text: string;
  order: ListOrder;
}

export function filterOf(search: URLSearchParams): ListFilter {
  const [status, sort] = [search.get('status'), search.get('sort')];
  return {
    isAll: search.get('show') === 'all',
    severities: (search.get('severity') ?? '').split(',').filter(isSeverity),
    status: incidentStatuses.find((known) => known === status) ?? null,
    text: search.get('q') ?? '',
    order: listOrders.find((known) => known === sort) ?? 'newest',
  };
}

export const queryOf = ({ isAll, severities, status, text, order }: ListFilter): IncidentFilter => ({
  // A chosen status says already whether it is open.
  open: isAll || status !== null ? undefined : 'true',
  severity: severities.join(',') || undefined,
  status: status ?? undefined,
  q: text.trim() || undefined,
  sort: sortOf[order],
});

const sortOf = { newest: undefined, priority: 'priority', likely: 'likely_real' } as const;

export const isNarrowed = ({ severities, status, text }: ListFilter): boolean =>
  severities.length > 0 || status !== null || text.trim() !== '';
