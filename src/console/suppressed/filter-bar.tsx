// The filters of the list.

import { changeSearch } from '../router/location.ts';
import { Chips } from '../ui/chips.tsx';
import { SearchField } from '../ui/search-field.tsx';
import { Segmented } from '../ui/segmented.tsx';
import { becauseKinds, becauseNames } from './because.ts';
import type { ListFilter } from './filter.ts';

const shown = [
  { value: 'all', label: 'All' },
  { value: 'firing', label: 'Still firing' },
] as const;

const becauseOptions = becauseNames.map((value) => ({ value, label: becauseKinds[value].label }));

export function FilterBar({ filter, sources }: { filter: ListFilter; sources: readonly string[] }) {
  return (
    <search className="filters suppressed-filters">
      <Segmented
        legend="Which alerts"
        value={filter.isFiring ? 'firing' : 'all'}
        options={shown}
        onChange={(value) => changeSearch({ show: value === 'firing' ? 'firing' : undefined })}
      />
      <Chips
        legend="Because of"
        options={becauseOptions}
        chosen={filter.because}
        onChange={(chosen) => changeSearch({ because: chosen.join(',') })}
      />
      <SearchField
        label="Source"
        isLabelHidden
        placeholder="Any source"
        value={filter.source}
        suggestions={sources}
        onSearch={(source) => changeSearch({ source: source.trim() })}
      />
      <SearchField
        label="Search"
        isLabelHidden
        placeholder="Search title, label, silence or rule"
        value={filter.text}
        onSearch={(q) => changeSearch({ q })}
      />
    </search>
  );
}
