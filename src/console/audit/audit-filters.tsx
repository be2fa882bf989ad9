// The filters of the audit log.

import type { AuditFilter } from '../api/queries.ts';
import { changeSearch } from '../router/location.ts';
import { SearchField } from '../ui/search-field.tsx';

export const AuditFilters = ({ filter }: { filter: AuditFilter }) => (
  <search className="filters audit-filters">
    <SearchField
      label="From entry"
      placeholder="newest first"
      value={filter.from === undefined ? '' : String(filter.from)}
      onSearch={(from) => changeSearch({ from })}
    />
    <SearchField
      label="Incident"
      placeholder="any id"
      value={filter.incident ?? ''}
      onSearch={(incident) => changeSearch({ incident: incident.trim() })}
    />
    <SearchField
      label="Kind"
      placeholder="action_intent"
      value={filter.kind ?? ''}
      onSearch={(kind) => changeSearch({ kind: kind.trim() })}
    />
  </search>
);
