// Asks before a containment is lifted or extended.

import { useState } from 'react';
import type { Containment, ExtendRequest, LiftRequest } from '../../contract/api/index.ts';
import { useAsking } from '../api/ask.tsx';
import { path } from '../api/client.ts';
import { ModeBadge } from '../ui/badge.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Exact } from '../ui/facts.tsx';
import { ChoiceField, ReasonField } from '../ui/field.tsx';
import { Outside } from '../ui/outside.tsx';
import { reasonIn } from '../ui/reason.ts';
import { utcText } from '../ui/time-text.ts';

interface HoldDialogProps {
  containment: Containment;
}

export function LiftDialog({ containment }: HoldDialogProps) {
  const { ask } = useAsking();
  const [reason, setReason] = useState('');
  const lift = (): Promise<void> => {
    const request: LiftRequest = reasonIn(reason);
    return ask(path('containments', containment.id, 'lift'), request, `${containment.title} is being lifted.`);
  };
  const isLive = containment.mode === 'live';
  return (
    <Dialog
      title="Lift this containment?"
      confirm={`Lift from ${containment.target}`}
      look={isLive ? 'danger' : 'primary'}
      isLive={isLive}
      onConfirm={lift}
    >
      <What containment={containment} />
      <p>It is undone now, and read back to be sure.</p>
      <ReasonField value={reason} onChange={setReason} />
    </Dialog>
  );
}

const hourMs = 3_600_000;
const longer = [
  { value: String(hourMs), label: '1 hour' },
  { value: String(4 * hourMs), label: '4 hours' },
  { value: String(24 * hourMs), label: '1 day' },
  { value: String(7 * 24 * hourMs), label: '7 days' },
];

export function ExtendDialog({ containment }: HoldDialogProps) {
  const { ask } = useAsking();
  const [reason, setReason] = useState('');
  const [byMs, setByMs] = useState(String(hourMs));
  const until = utcText(new Date(Date.parse(containment.expiresAt) + Number(byMs)).toISOString());
  const extend = (): Promise<void> => {
    const request: ExtendRequest = { byMs: Number(byMs), ...reasonIn(reason) };
    return ask(path('containments', containment.id, 'extend'), request, `${containment.title} is held until ${until}.`);
  };
  return (
    <Dialog title="Hold it longer?" confirm="Extend" onConfirm={extend}>
      <What containment={containment} />
      <ChoiceField label="How much longer" value={byMs} options={longer} onChange={setByMs} />
      <p>
        It is then held until <strong>{until}</strong>.
      </p>
      <ReasonField value={reason} onChange={setReason} />
    </Dialog>
  );
}

const What = ({ containment }: { containment: Containment }) => (
  <p>
    <ModeBadge mode={containment.mode} /> <Outside text={containment.title} />: <Exact text={containment.action} /> on{' '}
    <strong>
      <Exact text={containment.target} />
    </strong>
  </p>
);
