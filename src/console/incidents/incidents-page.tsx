// The list of incidents, live: the newest, the most urgent or the most likely real first.

import { useInfiniteQuery } from '@tanstack/react-query';
import { incidentsQuery, itemsOf, pendingApprovalsQuery } from '../api/queries.ts';
import { useSearch } from '../router/location.ts';
import { usePageTitle } from '../shell/page-title.ts';
import { LoadMore } from '../ui/load-more.tsx';
import { LoadError, Loading } from '../ui/note.tsx';
import { EmptyList } from './empty-list.tsx';
import { filterOf, isNarrowed, queryOf } from './filter.ts';
import { FilterBar } from './filter-bar.tsx';
import { IncidentTable } from './incident-table.tsx';
import { useArrivals } from './use-arrivals.ts';

export function IncidentsPage() {
  const waiting = itemsOf(useInfiniteQuery(pendingApprovalsQuery).data).length;
  usePageTitle(waiting > 0 ? `(${waiting}) Incidents` : 'Incidents');
  const filter = filterOf(useSearch());
  const list = useInfiniteQuery(incidentsQuery(queryOf(filter)));
  const incidents = itemsOf(list.data);
  const arrived = useArrivals(incidents, list.isPlaceholderData ? undefined : JSON.stringify(filter));
  return (
    <div className="page">
      <div className="page-head">
        <h1>Incidents</h1>
        <FilterBar filter={filter} />
      </div>
      <p className="sr-only" role="status">
        {arrived.size > 0 && `${arrived.size} new ${arrived.size === 1 ? 'incident' : 'incidents'}`}
      </p>
      {list.isPending && <Loading what="incidents" />}
      {list.isError && <LoadError what="the incidents" error={list.error} retry={() => void list.refetch()} />}
      {list.data && incidents.length === 0 && <EmptyList isNarrowed={isNarrowed(filter)} isAll={filter.isAll} />}
      {incidents.length > 0 && <IncidentTable incidents={incidents} arrived={arrived} />}
      <LoadMore pages={list}>{filter.order === 'newest' ? 'Show older incidents' : 'Show more incidents'}</LoadMore>
    </div>
  );
}
