// One alert that belongs to no incident, with why.

import type { SuppressedAlert } from '../../contract/api/index.ts';
import { Link } from '../router/link.tsx';
import { explainPath } from '../router/routes.ts';
import { Badge } from '../ui/badge.tsx';
import { Exact } from '../ui/facts.tsx';
import { Outside } from '../ui/outside.tsx';
import { Age } from '../ui/time.tsx';
import { Told } from '../ui/told.tsx';
import { becauseWord } from './because.ts';
import { WithheldLinks } from './withheld-link.tsx';

/** More of them say no more about what it is. */
const mostEntities = 5;

export function SuppressedRow({ alert }: { alert: SuppressedAlert }) {
  const isFiring = alert.status === 'firing';
  return (
    <li className="row-card">
      <div className="row-main">
        <p className="row-title">
          <Badge>{becauseWord[alert.suppressed]}</Badge>{' '}
          <Badge tone={isFiring ? 'attention' : 'good'}>{isFiring ? 'Firing' : 'Resolved'}</Badge>{' '}
          <Link to={explainPath(alert.id)}>
            <Outside text={alert.title} />
          </Link>
        </p>
        <p className="row-detail">
          <Told text={alert.explanation} />
        </p>
        <p className="row-sub">
          {alert.withheld && <WithheldLinks withheld={alert.withheld} />}
          <span>{alert.source}</span>
          <span>
            came <Age at={alert.receivedAt} />
          </span>
          {alert.entities.slice(0, mostEntities).map(({ kind, value }) => (
            <span key={`${kind} ${value}`} className="entity">
              {kind} <Exact text={value} />
            </span>
          ))}
        </p>
      </div>
    </li>
  );
}
