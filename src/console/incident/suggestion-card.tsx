// A step that the plan only suggests. Starting it asks for an approval; nothing is done yet.

import { useState } from 'react';
import type { Step } from '../../contract/api/index.ts';
import { useMayRespond } from '../session/session.tsx';
import { ModeBadge } from '../ui/badge.tsx';
import { Button } from '../ui/button.tsx';
import { Exact, Fact, Facts, Params } from '../ui/facts.tsx';
import { ErrorNote } from '../ui/note.tsx';
import { Outside } from '../ui/outside.tsx';
import { usePending } from '../ui/use-pending.ts';
import { useCommand } from './use-command.ts';

export function SuggestionCard({ step, incidentId }: { step: Step; incidentId: string }) {
  const mayRespond = useMayRespond();
  const send = useCommand(incidentId);
  const { isPending, error, run } = usePending();
  const [isOpen, setOpen] = useState(false);
  const start = (): Promise<boolean> =>
    run(() => send({ type: 'start_step', stepId: step.id }, `${step.title}: started. It waits for approval next.`));
  return (
    <article className="card suggestion" aria-label={`Suggested: ${step.title}`}>
      <div className="card-head">
        <h3 className="card-title">
          Suggested: <Outside text={step.title} /> <ModeBadge mode={step.mode} />
        </h3>
      </div>
      <div className="card-rest">
        <div className="card-body">
          <p className="quiet">
            <Exact text={step.action} /> on <Exact text={step.target} />
          </p>
          <details onToggle={(event) => setOpen(event.currentTarget.open)}>
            <summary>Parameters</summary>
            {isOpen && (
              <Facts>
                <Fact name="Parameters">
                  <Params params={step.params} />
                </Fact>
              </Facts>
            )}
          </details>
          <p>Starting it asks for approval first; nothing is done yet.</p>
          {error && <ErrorNote title="Not started." error={error} />}
        </div>
        {mayRespond && (
          <div className="card-decide">
            <div className="decide-buttons">
              <Button isPending={isPending} label={`Start: ${step.title}`} onPress={() => void start()}>
                Start
              </Button>
            </div>
          </div>
        )}
      </div>
    </article>
  );
}
