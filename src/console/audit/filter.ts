// What of the log is shown, kept in the address.

import type { AuditFilter } from '../api/queries.ts';

export function filterOf(search: URLSearchParams): AuditFilter {
  const from = Number(search.get('from') ?? Number.NaN);
  return {
    from: Number.isSafeInteger(from) && from > 0 ? from : undefined,
    incident: search.get('incident') ?? undefined,
    kind: search.get('kind') ?? undefined,
  };
}
