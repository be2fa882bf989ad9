// Alerts that belong to no incident, newest first, live: each with why.

import { useInfiniteQuery } from '@tanstack/react-query';
import { itemsOf, suppressedQuery } from '../api/queries.ts';
import { Link } from '../router/link.tsx';
import { navigate, useSearch } from '../router/location.ts';
import { usePageTitle } from '../shell/page-title.ts';
import { Button } from '../ui/button.tsx';
import { LoadMore } from '../ui/load-more.tsx';
import { LoadError, Loading } from '../ui/note.tsx';
import { filterOf, isNarrowed, queryOf } from './filter.ts';
import { FilterBar } from './filter-bar.tsx';
import { SuppressedRow } from './suppressed-row.tsx';
import { SuppressedTabs } from './suppressed-tabs.tsx';

export function SuppressedPage() {
  usePageTitle('Suppressed alerts');
  const filter = filterOf(useSearch());
  const list = useInfiniteQuery(suppressedQuery(queryOf(filter)));
  const alerts = itemsOf(list.data);
  const sources = [...new Set(alerts.map(({ source }) => source))].sort();
  return (
    <div className="page">
      <div className="page-head">
        <h1>Suppressed</h1>
        <SuppressedTabs at="alerts" />
      </div>
      <FilterBar filter={filter} sources={sources} />
      {list.isPending && <Loading what="the alerts" />}
      {list.isError && <LoadError what="the alerts" error={list.error} retry={() => void list.refetch()} />}
      {list.data && alerts.length === 0 && <Nothing isNarrowed={isNarrowed(filter)} />}
      {alerts.length > 0 && (
        <ul className="row-cards panel" aria-label="Suppressed alerts">
          {alerts.map((alert) => (
            <SuppressedRow key={alert.id} alert={alert} />
          ))}
        </ul>
      )}
      <LoadMore pages={list}>Show older alerts</LoadMore>
      <p className="page-note">
        What a rule dismisses is an incident that has ended:{' '}
        <Link to="/?show=all&status=dismissed">see dismissed incidents</Link>.
      </p>
    </div>
  );
}

const Nothing = ({ isNarrowed: narrowed }: { isNarrowed: boolean }) => (
  <div className="empty">
    <h2>{narrowed ? 'No suppressed alert matches these filters' : 'Every alert belongs to an incident'}</h2>
    {narrowed ? (
      <Button onPress={() => navigate('/suppressed', { replace: true })}>Clear the filters</Button>
    ) : (
      <p>Alerts that a silence, a maintenance window, another alert or a threshold keeps back show here, with why.</p>
    )}
  </div>
);
