// What the list shows, kept in the address: a link to it shows the same.

import { type IncidentStatus, incidentStatuses } from '../../core/incident/status.ts';
import { isSeverity, type Severity } from '../../core/severity.ts';
import type { IncidentFilter } from '../api/queries.ts';

export interface ListFilter {
  isAll: boolean;
  severities: Severity[];
  status: IncidentStatus | null;
  text: string;
  /** What is least likely a false alarm first, instead of the newest. */
  isLikelyFirst: boolean;
}

export function filterOf(search: URLSearchParams): ListFilter {
  const status = search.get('status');
  return {
    isAll: search.get('show') === 'all',
    severities: (search.get('severity') ?? '').split(',').filter(isSeverity),
    status: incidentStatuses.find((known) => known === status) ?? null,
    text: search.get('q') ?? '',
    isLikelyFirst: search.get('sort') === 'likely',
  };
}

export const queryOf = ({ isAll, severities, status, text, isLikelyFirst }: ListFilter): IncidentFilter => ({
  // A chosen status says already whether it is open.
  open: isAll || status !== null ? undefined : 'true',
  severity: severities.join(',') || undefined,
  status: status ?? undefined,
  q: text.trim() || undefined,
  sort: isLikelyFirst ? 'likely_real' : undefined,
});

export const isNarrowed = ({ severities, status, text }: ListFilter): boolean =>
  severities.length > 0 || status !== null || text.trim() !== '';
