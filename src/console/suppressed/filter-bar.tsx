// The filters of the list.

import { changeSearch } from '../router/location.ts';
import { SearchField } from '../ui/search-field.tsx';
import { Segmented } from '../ui/segmented.tsx';
import { type BecauseName, becauseKinds, becauseNames } from './because.ts';
import type { ListFilter } from './filter.ts';

const shown = [
  { value: 'all', label: 'All' },
  { value: 'firing', label: 'Still firing' },
] as const;

export function FilterBar({ filter, sources }: { filter: ListFilter; sources: readonly string[] }) {
  const toggle = (name: BecauseName): void => {
    const chosen = becauseNames.filter((each) => (each === name) !== filter.because.includes(each));
    changeSearch({ because: chosen.join(',') });
  };
  return (
    <search className="filters suppressed-filters">
      <Segmented
        legend="Which alerts"
        value={filter.isFiring ? 'firing' : 'all'}
        options={shown}
        onChange={(value) => changeSearch({ show: value === 'firing' ? 'firing' : undefined })}
      />
      <fieldset className="chips">
        <legend className="sr-only">Because of</legend>
        {becauseNames.map((name) => (
          <label key={name} className="chip">
            <input
              type="checkbox"
              className="sr-only"
              checked={filter.because.includes(name)}
              onChange={() => toggle(name)}
            />
            {becauseKinds[name].label}
          </label>
        ))}
      </fieldset>
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
