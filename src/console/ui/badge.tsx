// Small labels. Colour never stands alone: the word is always there.

import type { ReactNode } from 'react';
import type { IncidentStatus } from '../../core/incident/status.ts';
import type { Severity } from '../../core/severity.ts';
import { severityWord, statusTone, statusWord, type Tone } from './words.ts';

export const Badge = ({ tone = 'neutral', children }: { tone?: Tone; children: ReactNode }) => (
  <span className={`badge tone-${tone}`}>{children}</span>
);

export const SeverityBadge = ({ severity }: { severity: Severity }) => (
  <span className={`badge severity severity-${severity}`}>
    <span className="sr-only">Severity </span>
    {severityWord(severity)}
  </span>
);

/** Nothing until it is known. */
export const PriorityMark = ({ priority }: { priority: number | null }) =>
  priority === null ? null : (
    <strong className="priority">
      <span className="sr-only">Priority </span>P{priority}
    </strong>
  );

export const StatusBadge = ({ status }: { status: IncidentStatus }) => (
  <Badge tone={statusTone(status)}>{statusWord(status)}</Badge>
);

/** Whether something touches the world. Both are always said. */
export const ModeBadge = ({ mode }: { mode: 'simulate' | 'live' }) =>
  mode === 'live' ? <span className="badge mode-live">LIVE</span> : <SimulatedBadge />;

export const SimulatedBadge = () => <span className="badge mode-simulated">simulated</span>;
