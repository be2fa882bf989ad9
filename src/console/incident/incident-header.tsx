// What it is, how bad it is, and how far it is.

import type { IncidentDetail } from '../../contract/api/index.ts';
import { Link } from '../router/link.tsx';
import { incidentPath } from '../router/routes.ts';
import { Badge, PriorityMark, SeverityBadge, SimulatedBadge } from '../ui/badge.tsx';
import { Note } from '../ui/note.tsx';
import { Outside } from '../ui/outside.tsx';
import { Age } from '../ui/time.tsx';
import { actorWord, dispositionWord } from '../ui/words.ts';
import { Phases } from './phases.tsx';
import { SlaBadge } from './sla.tsx';

export function IncidentHeader({ incident }: { incident: IncidentDetail }) {
  const { severity, title, service, assignee, alertCount, firingCount, drill, disposition, mergedInto } = incident;
  return (
    <header className="incident-head">
      <p className="incident-badges">
        <SeverityBadge severity={severity} />
        <PriorityMark priority={incident.priority} />
        <SlaBadge sla={incident.sla} />
        {drill && <Badge tone="active">drill</Badge>}
        {drill && <SimulatedBadge />}
        {disposition && <Badge>{dispositionWord(disposition)}</Badge>}
        <span className="quiet">
          opened <Age at={incident.openedAt} />
        </span>
      </p>
      <h1>
        <Outside text={title} />
      </h1>
      <p className="incident-sub">
        <span>{service ? <Outside text={service} /> : 'no service'}</span>
        <span>
          {alertCount} {alertCount === 1 ? 'alert' : 'alerts'}, {firingCount} firing
        </span>
        <span>
          {assignee ? (
            <>
              assigned to <Outside text={actorWord(assignee)} />
            </>
          ) : (
            'assigned to nobody'
          )}
        </span>
      </p>
      <Phases status={incident.status} />
      {mergedInto && (
        <Note tone="active">
          Merged into <Link to={incidentPath(mergedInto)}>incident {mergedInto}</Link>, where its alerts are now.
        </Note>
      )}
    </header>
  );
}
