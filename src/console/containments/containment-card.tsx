// One containment: what is held, for how long, and ending it sooner or later.

import type { Containment } from '../../contract/api/index.ts';
import { Link } from '../router/link.tsx';
import { incidentPath } from '../router/routes.ts';
import { useMayRespond } from '../session/session.tsx';
import { Badge, ModeBadge } from '../ui/badge.tsx';
import { Button } from '../ui/button.tsx';
import { useDialogs } from '../ui/dialogs.tsx';
import { Exact } from '../ui/facts.tsx';
import { Note } from '../ui/note.tsx';
import { Outside, OutsideLink } from '../ui/outside.tsx';
import { Age, Clock, TimeLeft } from '../ui/time.tsx';
import { actorWord } from '../ui/words.ts';
import { containmentStanding, warningOf } from './containment-words.ts';
import { ExtendDialog, LiftDialog } from './hold-dialogs.tsx';

export function ContainmentCard({
  containment,
  withIncident = false,
}: {
  containment: Containment;
  withIncident?: boolean;
}) {
  const mayRespond = useMayRespond();
  const dialogs = useDialogs();
  const { word, tone } = containmentStanding[containment.status];
  const warning = warningOf(containment);
  return (
    <li className={`row-card is-${containment.mode}`}>
      <div className="row-main">
        <p className="row-title">
          <Badge tone={tone}>{word}</Badge> <ModeBadge mode={containment.mode} /> <Outside text={containment.title} />
        </p>
        <p className="row-sub">
          <span>
            <Exact text={containment.action} /> on <Exact text={containment.target} />
          </span>
          <HeldUntil containment={containment} />
          {withIncident && <Link to={incidentPath(containment.incidentId)}>Incident {containment.incidentId}</Link>}
          {containment.temporalUrl && <OutsideLink url={containment.temporalUrl}>Workflow</OutsideLink>}
        </p>
        {warning && <Note tone="bad">{warning}</Note>}
      </div>
      {mayRespond && containment.active && (
        <div className="row-buttons">
          <Button
            label={`Lift ${containment.title}`}
            onPress={() => dialogs.open(<LiftDialog containment={containment} />)}
          >
            Lift…
          </Button>
          {containment.status === 'held' && (
            <Button
              label={`Extend ${containment.title}`}
              onPress={() => dialogs.open(<ExtendDialog containment={containment} />)}
            >
              Extend…
            </Button>
          )}
        </div>
      )}
    </li>
  );
}

function HeldUntil({ containment }: { containment: Containment }) {
  const { status, expiresAt, endedAt, endedBy } = containment;
  if (status === 'held') {
    return (
      <span>
        held until <Clock at={expiresAt} />, <TimeLeft until={expiresAt} over="due now" /> left
      </span>
    );
  }
  if (!endedAt) return null;
  return (
    <span>
      ended <Age at={endedAt} />
      {endedBy && (
        <>
          {' '}
          by <Outside text={actorWord(endedBy)} />
        </>
      )}
    </span>
  );
}
