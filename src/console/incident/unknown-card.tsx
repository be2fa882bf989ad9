// A step of which nobody can tell whether it happened: only a person who looks at the target can.

import { useState } from 'react';
import type { Step } from '../../contract/api/index.ts';
import { useMayRespond } from '../session/session.tsx';
import { ModeBadge } from '../ui/badge.tsx';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { useDialogs } from '../ui/dialogs.tsx';
import { Exact, Fact, Facts, Params } from '../ui/facts.tsx';
import { ReasonField } from '../ui/field.tsx';
import { Outside } from '../ui/outside.tsx';
import { reasonIn } from '../ui/reason.ts';
import { useCommand } from './use-command.ts';

export function UnknownCard({ step, incidentId }: { step: Step; incidentId: string }) {
  const mayRespond = useMayRespond();
  const dialogs = useDialogs();
  const settle = (happened: boolean): void =>
    dialogs.open(<SettleDialog step={step} incidentId={incidentId} happened={happened} />);
  return (
    <article className="card question" aria-label={`Did this happen: ${step.title}`}>
      <div className="card-head">
        <h3 className="card-title">
          Did this happen? <Outside text={step.title} /> <ModeBadge mode={step.mode} />
        </h3>
      </div>
      <div className="card-rest">
        <div className="card-body">
          <p>
            The answer got lost and reading back did not tell. It is not tried again by itself. Look at the target, then
            say.
          </p>
          <Facts>
            <Fact name="Action">
              <Exact text={step.action} /> on{' '}
              <strong>
                <Exact text={step.target} />
              </strong>
            </Fact>
            <Fact name="Parameters">
              <Params params={step.params} />
            </Fact>
            {step.detail && (
              <Fact name="Known">
                <Outside text={step.detail} />
              </Fact>
            )}
          </Facts>
        </div>
        {mayRespond && (
          <div className="card-decide">
            <div className="decide-buttons">
              <Button onPress={() => settle(true)}>It happened…</Button>
              <Button onPress={() => settle(false)}>It did not…</Button>
            </div>
          </div>
        )}
      </div>
    </article>
  );
}

interface SettleDialogProps {
  step: Step;
  incidentId: string;
  happened: boolean;
}

function SettleDialog({ step, incidentId, happened }: SettleDialogProps) {
  const send = useCommand(incidentId);
  const [reason, setReason] = useState('');
  const settle = (): Promise<void> =>
    send(
      { type: 'settle', stepId: step.id, happened, ...reasonIn(reason) },
      `${step.title}: recorded that it ${happened ? 'happened' : 'did not happen'}.`,
    );
  return (
    <Dialog
      title={happened ? 'It happened' : 'It did not happen'}
      confirm={happened ? 'Record that it happened' : 'Record that it did not'}
      onConfirm={settle}
    >
      <p>
        <Exact text={step.action} /> on <Exact text={step.target} />:{' '}
        {happened ? 'the incident goes on as if it had been told so.' : 'the incident treats the step as failed.'}
      </p>
      <ReasonField label="How do you know?" value={reason} onChange={setReason} />
    </Dialog>
  );
}
