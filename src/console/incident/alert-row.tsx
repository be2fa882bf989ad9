// One alert, with everything that its source said on request.

import { useState } from 'react';
import type { Alert } from '../../contract/api/index.ts';
import { Link } from '../router/link.tsx';
import { explainPath } from '../router/routes.ts';
import { useMayRespond } from '../session/session.tsx';
import { CreateDialog } from '../silences/create-dialog.tsx';
import { matchersLike } from '../silences/matchers.ts';
import { Badge } from '../ui/badge.tsx';
import { Button } from '../ui/button.tsx';
import { useDialogs } from '../ui/dialogs.tsx';
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
        <AlertLinks alert={alert} />
        <details onToggle={(event) => setOpen(event.currentTarget.open)}>
          <summary>Labels and details</summary>
          {isOpen && <AlertFacts alert={alert} />}
        </details>
      </div>
    </li>
  );
}

/** Why it is here, and not hearing of its like again for a time. */
function AlertLinks({ alert }: { alert: Alert }) {
  const mayRespond = useMayRespond();
  const dialogs = useDialogs();
  return (
    <p className="row-sub">
      <Link to={explainPath(alert.id)}>Why is it here?</Link>
      {mayRespond && (
        <Button
          look="link"
          label={`Silence alerts like this: ${alert.title}`}
          onPress={() => dialogs.open(<CreateDialog matchers={matchersLike(alert)} />)}
        >
          Silence alerts like this…
        </Button>
      )}
    </p>
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
