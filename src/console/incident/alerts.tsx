// The alerts of an incident, oldest first: those that came with it, and the rest on request.

import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { IncidentDetail } from '../../contract/api/index.ts';
import { alertsQuery, itemsOf } from '../api/queries.ts';
import { Button } from '../ui/button.tsx';
import { LoadMore } from '../ui/load-more.tsx';
import { LoadError } from '../ui/note.tsx';
import { Panel } from '../ui/panel.tsx';
import { AlertRow } from './alert-row.tsx';

export function Alerts({ incident }: { incident: IncidentDetail }) {
  const [wantsAll, setWantsAll] = useState(false);
  const query = useInfiniteQuery({ ...alertsQuery(incident.id), enabled: wantsAll });
  const all = itemsOf(query.data);
  const alerts = all.length > 0 ? all : incident.alerts;
  const hasMore = all.length === 0 && incident.alertCount > incident.alerts.length;
  return (
    <Panel id="alerts" title="Alerts" count={incident.alertCount}>
      {incident.alertCount === 0 && (
        <p className="quiet">{incident.mergedInto ? 'Its alerts are in another incident now.' : 'It has no alerts.'}</p>
      )}
      <ul className="row-cards">
        {alerts.map((alert) => (
          <AlertRow key={alert.id} alert={alert} />
        ))}
      </ul>
      {query.isError && <LoadError what="the alerts" error={query.error} retry={() => void query.refetch()} />}
      {hasMore && (
        <div className="load-more">
          <Button isPending={wantsAll && query.isFetching} onPress={() => setWantsAll(true)}>
            {`Show the other ${incident.alertCount - incident.alerts.length} alerts`}
          </Button>
        </div>
      )}
      <LoadMore pages={query}>Show more alerts</LoadMore>
    </Panel>
  );
}
