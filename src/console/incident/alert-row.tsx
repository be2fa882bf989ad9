// One alert, with everything that its source said on request.

import { useState } from 'react';
import type { Alert } from '../../contract/api/index.ts';
import { Badge } from '../ui/badge.tsx';
import { Exact, Fact, Facts } from '../ui/facts.tsx';
import { Outside, OutsideLink } from '../ui/outside.tsx';
import { Clock } from '../ui/time.tsx';

export function AlertRow({ alert }: { alert: Alert }) {
  // A storm has thousands of labels: they are drawn when they are looked at.
  const [isOpen, setOpen] = useState(false);
  return (
    <li className="row-card">
      <div className="row-main">
        <p className="row-title">
          <Badge tone={alert.status === 'firing' ? 'attention' : 'good'}>
            {alert.status === 'firing' ? 'Firing' : 'Resolved'}
          </Badge>{' '}
          <Outside text={alert.title} />
        </p>
        <p className="row-sub">
          <span>{alert.source}</span>
          <span>
            <Clock at={alert.startsAt} />
            {alert.endsAt && (
              <>
                {' to '}
                <Clock at={alert.endsAt} />
              </>
            )}
          </span>
          {alert.repeatCount > 0 && <span>came {alert.repeatCount} times again</span>}
          {alert.entities.map(({ kind, value }) => (
            <span key={`${kind} ${value}`} className="entity">
              {kind} <Exact text={value} />
            </span>
          ))}
        </p>
        <details onToggle={(event) => setOpen(event.currentTarget.open)}>
          <summary>Labels and details</summary>
          {isOpen && <AlertFacts alert={alert} />}
        </details>
      </div>
    </li>
  );
}

function AlertFacts({ alert }: { alert: Alert }) {
  const pairs = [...Object.entries(alert.labels), ...Object.entries(alert.annotations)];
  return (
    <>
      {alert.description && (
        <p className="outside-block">
          <Outside text={alert.description} />
        </p>
      )}
      <Facts>
        {pairs.map(([name, value]) => (
          <Fact key={name} name={name}>
            <Exact text={value} />
          </Fact>
        ))}
        <Fact name="Fingerprint">
          <Exact text={alert.fingerprint} />
        </Fact>
        <Fact name="Received">
          <Clock at={alert.receivedAt} />
        </Fact>
      </Facts>
      <ul className="links">
        {alert.links.map((link) => (
          <li key={link.url}>
            <OutsideLink url={link.url}>
              <Outside text={link.title} />
            </OutsideLink>
          </li>
        ))}
      </ul>
    </>
  );
}
