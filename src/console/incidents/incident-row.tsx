// One incident of the list.

import type { IncidentSummary } from '../../contract/api/index.ts';
import { judgementWords } from '../../core/learning/judge.ts';
import { SlaBadge } from '../incident/sla.tsx';
import { Link } from '../router/link.tsx';
import { incidentPath } from '../router/routes.ts';
import { Badge, PriorityMark, SeverityBadge, SimulatedBadge, StatusBadge } from '../ui/badge.tsx';
import { Outside } from '../ui/outside.tsx';
import { Age } from '../ui/time.tsx';
import { actorWord } from '../ui/words.ts';

interface RowProps {
  incident: IncidentSummary;
  isNew: boolean;
  isWaiting: boolean;
}

export function IncidentRow({ incident, isNew, isWaiting }: RowProps) {
  return (
    <tr className={isNew ? 'is-new' : undefined}>
      <td className="cell-severity">
        <SeverityBadge severity={incident.severity} /> <PriorityMark priority={incident.priority} />
      </td>
      <td className="cell-status">
        <StatusBadge status={incident.status} />
      </td>
      <td className="cell-title">
        <Link to={incidentPath(incident.id)} className="row-link">
          <Outside text={incident.title} />
        </Link>
        <span className="row-sub">
          {incident.service ? <Outside text={incident.service} /> : <span className="quiet">no service</span>}
          {incident.drill && (
            <>
              <Badge tone="active">drill</Badge> <SimulatedBadge />
            </>
          )}
          {incident.falseAlarmChance !== null && (
            <span className="quiet judgement">{judgementWords({ chance: incident.falseAlarmChance })}</span>
          )}
          <SlaBadge sla={incident.sla} />
          {incident.stuck && <Badge tone="bad">stands still</Badge>}
          {isWaiting && <Badge tone="attention">waits for approval</Badge>}
        </span>
      </td>
      <td className="cell-alerts number">
        {incident.alertCount}
        <span className="unit"> {incident.alertCount === 1 ? 'alert,' : 'alerts,'}</span>
        <span className="firing"> {incident.firingCount > 0 ? `${incident.firingCount} firing` : 'none firing'}</span>
      </td>
      <td className="cell-age">
        <Age at={incident.openedAt} />
      </td>
      <td className="cell-assignee">
        {incident.assignee ? <Outside text={actorWord(incident.assignee)} /> : <span className="quiet">nobody</span>}
      </td>
    </tr>
  );
}
