// The filters of the list.

import { incidentStatuses } from '../../core/incident/status.ts';
import { severities } from '../../core/severity.ts';
import { changeSearch } from '../router/location.ts';
import { Chips } from '../ui/chips.tsx';
import { ChoiceField } from '../ui/field.tsx';
import { SearchField } from '../ui/search-field.tsx';
import { Segmented } from '../ui/segmented.tsx';
import { severityWord, statusWord } from '../ui/words.ts';
import type { ListFilter } from './filter.ts';

const shown = [
  { value: 'open', label: 'Open' },
  { value: 'all', label: 'All' },
] as const;

const statusOptions = [
  { value: '', label: 'Any status' },
  ...incidentStatuses.map((status) => ({ value: status, label: statusWord(status) })),
];

const orderOptions = [
  { value: 'newest', label: 'Newest first' },
  { value: 'priority', label: 'Priority first' },
  { value: 'likely', label: 'Likely real first' },
] as const satisfies { value: ListFilter['order']; label: string }[];

const severityOptions = severities.map((value) => ({
  value,
  label: severityWord(value),
  className: `severity-${value}`,
}));

export function FilterBar({ filter }: { filter: ListFilter }) {
  return (
    <search className="filters">
      <Segmented
        legend="Which incidents"
        value={filter.isAll ? 'all' : 'open'}
        options={shown}
        onChange={(value) => changeSearch({ show: value === 'all' ? 'all' : undefined })}
      />
      <Chips
        legend="Severity"
        options={severityOptions}
        chosen={filter.severities}
        onChange={(chosen) => changeSearch({ severity: chosen.join(',') })}
      />
      <ChoiceField
        label="Status"
        isLabelHidden
        value={filter.status ?? ''}
        options={statusOptions}
        onChange={(status) => changeSearch({ status })}
      />
      <ChoiceField
        label="Order"
        isLabelHidden
        value={filter.order}
        options={orderOptions}
        onChange={(order) => changeSearch({ sort: order === 'newest' ? undefined : order })}
      />
      <SearchField
        label="Search"
        isLabelHidden
        placeholder="Search title, service or id"
        value={filter.text}
        onSearch={(q) => changeSearch({ q })}
      />
    </search>
  );
}
