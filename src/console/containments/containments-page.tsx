// What is, or may be, in the world because of Firebreak; and on request what was.

import { useInfiniteQuery } from '@tanstack/react-query';
import { containmentsQuery, itemsOf } from '../api/queries.ts';
import { changeSearch, useSearch } from '../router/location.ts';
import { usePageTitle } from '../shell/page-title.ts';
import { LoadMore } from '../ui/load-more.tsx';
import { LoadError, Loading } from '../ui/note.tsx';
import { Segmented } from '../ui/segmented.tsx';
import { ContainmentCard } from './containment-card.tsx';

const shown = [
  { value: 'active', label: 'Active' },
  { value: 'ended', label: 'Ended' },
] as const;

export function ContainmentsPage() {
  usePageTitle('Containments');
  const value = useSearch().get('show') === 'ended' ? 'ended' : 'active';
  const list = useInfiniteQuery(containmentsQuery(value === 'active'));
  const containments = itemsOf(list.data);
  return (
    <div className="page">
      <div className="page-head">
        <h1>Containments</h1>
        <Segmented
          legend="Which containments"
          value={value}
          options={shown}
          onChange={(next) => changeSearch({ show: next === 'ended' ? 'ended' : undefined })}
        />
      </div>
      {list.isPending && <Loading what="containments" />}
      {list.isError && <LoadError what="the containments" error={list.error} retry={() => void list.refetch()} />}
      {list.data && containments.length === 0 && (
        <div className="empty">
          <h2>{value === 'active' ? 'Nothing is contained now' : 'No containment has ended yet'}</h2>
          <p>What an incident blocks or isolates is held here until it is lifted or its time is up, and then undone.</p>
        </div>
      )}
      {containments.length > 0 && (
        <ul className="row-cards panel">
          {containments.map((containment) => (
            <ContainmentCard key={containment.id} containment={containment} withIncident />
          ))}
        </ul>
      )}
      <LoadMore pages={list}>Show older containments</LoadMore>
    </div>
  );
}
