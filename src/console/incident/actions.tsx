// What a responder can ask of the incident as it stands.

import { useState } from 'react';
import type { IncidentDetail } from '../../contract/api/index.ts';
import { hasEnded } from '../../core/incident/status.ts';
import { useMayRespond } from '../session/session.tsx';
import { Button } from '../ui/button.tsx';
import { useDialogs } from '../ui/dialogs.tsx';
import { ErrorNote } from '../ui/note.tsx';
import { usePending } from '../ui/use-pending.ts';
import { ActionDialog, type DialogName } from './action-dialog.tsx';
import { useCommand } from './use-command.ts';

function dialogsFor({ status }: IncidentDetail): DialogName[] {
  if (hasEnded(status)) return ['reopen'];
  const always: DialogName[] = ['assign', 'severity'];
  const ends: DialogName[] = ['dismiss', 'merge'];
  return status === 'review' ? [...always, 'reopen', ...ends] : [...always, 'resolve', ...ends];
}

const names: Record<DialogName, string> = {
  assign: 'Assign…',
  severity: 'Severity…',
  resolve: 'Resolve…',
  dismiss: 'Dismiss…',
  merge: 'Merge…',
  reopen: 'Reopen…',
};

export function Actions({ incident }: { incident: IncidentDetail }) {
  const mayRespond = useMayRespond();
  const send = useCommand(incident.id);
  const { isPending, error, run } = usePending();
  const dialogs = useDialogs();
  // Only phones hide them: there, decisions come first.
  const [showsAll, setShowsAll] = useState(false);
  if (!mayRespond) return null;
  const mayAcknowledge = !hasEnded(incident.status) && incident.times.acknowledgedAt === null;
  return (
    <div className="actions">
      <fieldset className="action-buttons">
        <legend className="sr-only">What to do with the incident</legend>
        {mayAcknowledge && (
          <Button
            look="primary"
            isPending={isPending}
            onPress={() => void run(() => send({ type: 'acknowledge' }, 'Acknowledged.'))}
          >
            Acknowledge
          </Button>
        )}
        <div className="only-phone">
          <Button isExpanded={showsAll} onPress={() => setShowsAll(!showsAll)}>
            {showsAll ? 'Less' : 'More actions'}
          </Button>
        </div>
        <div className={showsAll ? 'more-actions is-open' : 'more-actions'}>
          {dialogsFor(incident).map((name) => (
            <Button key={name} onPress={() => dialogs.open(<ActionDialog name={name} incident={incident} />)}>
              {names[name]}
            </Button>
          ))}
        </div>
      </fieldset>
      {error && <ErrorNote title="Not acknowledged." error={error} />}
    </div>
  );
}
