// One incident, for whoever has to act on it: first what waits for a person, then what happened and why.

import { useQuery } from '@tanstack/react-query';
import { ApiError } from '../api/client.ts';
import { incidentQuery } from '../api/queries.ts';
import { Link } from '../router/link.tsx';
import { usePageTitle } from '../shell/page-title.ts';
import { LoadError, Loading } from '../ui/note.tsx';
import { Actions } from './actions.tsx';
import { Alerts } from './alerts.tsx';
import { Earlier } from './earlier.tsx';
import { FollowUps } from './follow-ups.tsx';
import { IncidentContainments } from './incident-containments.tsx';
import { IncidentHeader } from './incident-header.tsx';
import { KeyTimes } from './key-times.tsx';
import { needsOf } from './needs.ts';
import { NeedsYou } from './needs-you.tsx';
import { Runbook } from './runbook.tsx';
import { Steps } from './steps.tsx';
import { StuckNote } from './stuck-note.tsx';
import { Timeline } from './timeline.tsx';
import { Why } from './why.tsx';

export function IncidentPage({ id }: { id: string }) {
  const query = useQuery(incidentQuery(id));
  const incident = query.data;
  const waiting = incident ? needsOf(incident).count : 0;
  usePageTitle(incident ? `${waiting > 0 ? `(${waiting}) ` : ''}${incident.title}` : 'Incident');

  if (query.error instanceof ApiError && query.error.status === 404) return <NoSuchIncident id={id} />;
  if (!incident) {
    return query.isError ? (
      <LoadError what="the incident" error={query.error} retry={() => void query.refetch()} />
    ) : (
      <Loading what="the incident" />
    );
  }
  return (
    <div className="page incident">
      {query.isError && (
        <LoadError
          what="the latest state; this page may be behind"
          error={query.error}
          retry={() => void query.refetch()}
        />
      )}
      <IncidentHeader incident={incident} />
      <StuckNote stuck={incident.stuck} temporalUrl={incident.temporalUrl} />
      <Actions incident={incident} />
      <NeedsYou incident={incident} />
      <div className="columns">
        <div className="column-main">
          <Steps incident={incident} />
          <IncidentContainments incident={incident} />
          <Alerts incident={incident} />
          <Timeline incident={incident} />
        </div>
        <div className="column-side">
          <KeyTimes incident={incident} />
          <Why incident={incident} />
          <Earlier incidentId={incident.id} />
          <Runbook text={incident.runbookText} />
          <FollowUps followUps={incident.followUps} />
        </div>
      </div>
    </div>
  );
}

const NoSuchIncident = ({ id }: { id: string }) => (
  <div className="page">
    <h1>There is no incident {id}</h1>
    <p>
      Check the address, or look among <Link to="/?show=all">all incidents</Link>.
    </p>
  </div>
);
