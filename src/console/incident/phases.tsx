// How far an incident is: its phases after NIST SP 800-61, with the one that it is in.

import type { IncidentStatus } from '../../core/incident/status.ts';
import { statusWord } from '../ui/words.ts';

const path = ['triage', 'containment', 'recovery', 'review'] as const;

export function Phases({ status }: { status: IncidentStatus }) {
  const end = status === 'dismissed' || status === 'merged' ? status : 'closed';
  const phases: IncidentStatus[] = [...path, end];
  const at = phases.indexOf(status);
  // Where a dismissed or merged incident left the path, nobody knows here; so nothing is shown as done.
  const isShort = end !== 'closed';
  return (
    <ol className="phases" aria-label="Phases">
      {phases.map((phase, index) => {
        const state = index === at ? 'current' : index < at && !isShort ? 'done' : 'ahead';
        return (
          <li key={phase} className={`is-${state}`} aria-current={state === 'current' ? 'step' : undefined}>
            <span className="phase-mark" aria-hidden="true" />
            <span className="phase-name">{statusWord(phase)}</span>
            {state === 'done' && <span className="sr-only"> (done)</span>}
          </li>
        );
      })}
    </ol>
  );
}
