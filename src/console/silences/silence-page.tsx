// One silence, and the alerts that it keeps back or kept back.

import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { ApiError } from '../api/client.ts';
import { itemsOf, silenceQuery, suppressedQuery } from '../api/queries.ts';
import { Link } from '../router/link.tsx';
import { usePageTitle } from '../shell/page-title.ts';
import { SuppressedRow } from '../suppressed/suppressed-row.tsx';
import { SuppressedTabs } from '../suppressed/suppressed-tabs.tsx';
import { LoadMore } from '../ui/load-more.tsx';
import { LoadError, Loading } from '../ui/note.tsx';
import { Panel } from '../ui/panel.tsx';
import { SilenceCard } from './silence-card.tsx';

export function SilencePage({ id }: { id: string }) {
  usePageTitle('Silence');
  const { data, error, refetch } = useQuery(silenceQuery(id));
  return (
    <div className="page">
      <div className="page-head">
        <h1>{error instanceof ApiError && error.status === 404 ? `There is no silence ${id}` : 'Silence'}</h1>
        <SuppressedTabs />
      </div>
      {error instanceof ApiError && error.status === 404 ? (
        <p>
          Check the address, or look among <Link to="/silences">all silences</Link>.
        </p>
      ) : (
        error && <LoadError what="the silence" error={error} retry={() => void refetch()} />
      )}
      {!data && !error && <Loading what="the silence" />}
      {data && (
        <>
          <ul className="row-cards panel">
            <SilenceCard silence={data} />
          </ul>
          <KeptBack id={id} />
        </>
      )}
    </div>
  );
}

function KeptBack({ id }: { id: string }) {
  const list = useInfiniteQuery(suppressedQuery({ q: id, suppressed: 'silenced' }));
  const alerts = itemsOf(list.data);
  return (
    <Panel id="kept-back" title="What it keeps back">
      {list.isError && <LoadError what="the alerts" error={list.error} retry={() => void list.refetch()} />}
      {list.data && alerts.length === 0 && <p className="quiet">No alert is suppressed by it.</p>}
      <ul className="row-cards">
        {alerts.map((alert) => (
          <SuppressedRow key={alert.id} alert={alert} />
        ))}
      </ul>
      <LoadMore pages={list}>Show older alerts</LoadMore>
    </Panel>
  );
}
