// The filters of the list.

import { incidentStatuses } from '../../core/incident/status.ts';
import { severities } from '../../core/severity.ts';
import { changeSearch } from '../router/location.ts';
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

export function FilterBar({ filter }: { filter: ListFilter }) {
  const toggle = (severity: (typeof severities)[number]): void => {
    const chosen = severities.filter((each) => (each === severity) !== filter.severities.includes(each));
    changeSearch({ severity: chosen.join(',') });
  };
  return (
    <search className="filters">
      <Segmented
        legend="Which incidents"
        value={filter.isAll ? 'all' : 'open'}
        options={shown}
        onChange={(value) => changeSearch({ show: value === 'all' ? 'all' : undefined })}
      />
      <fieldset className="chips">
        <legend className="sr-only">Severity</legend>
        {severities.map((severity) => (
          <label key={severity} className={`chip severity-${severity}`}>
            <input
              type="checkbox"
              className="sr-only"
              checked={filter.severities.includes(severity)}
              onChange={() => toggle(severity)}
            />
            {severityWord(severity)}
          </label>
        ))}
      </fieldset>
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
