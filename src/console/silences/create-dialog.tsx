// Makes a silence: what it matches, how long, and why. Its owner is who makes it.

import { useState } from 'react';
import type { Silence, SilenceRequest } from '../../contract/api/index.ts';
import { useAsking } from '../api/ask.tsx';
import { useLive } from '../api/live-context.tsx';
import { postOnce } from '../api/once.ts';
import { useSession } from '../session/session.tsx';
import { nowMs } from '../ui/clock.ts';
import { Dialog } from '../ui/dialog.tsx';
import { ChoiceField, Field, ReasonField } from '../ui/field.tsx';
import { Outside } from '../ui/outside.tsx';
import { Clock } from '../ui/time.tsx';

const hourMs = 3_600_000;
const lengths = [
  { value: String(hourMs / 2), label: '30 minutes' },
  { value: String(hourMs), label: '1 hour' },
  { value: String(2 * hourMs), label: '2 hours' },
  { value: String(4 * hourMs), label: '4 hours' },
  { value: String(8 * hourMs), label: '8 hours' },
  { value: String(24 * hourMs), label: '1 day' },
  { value: String(3 * 24 * hourMs), label: '3 days' },
  { value: String(7 * 24 * hourMs), label: '7 days' },
];
/** As many as the API takes, at its longest. */
const longestMatchers = 20_000;

export function CreateDialog({ matchers: given = [] }: { matchers?: readonly string[] }) {
  const { tell } = useAsking();
  const { refreshSuppressed } = useLive();
  const { name } = useSession();
  const [text, setText] = useState(given.join('\n'));
  const [forMs, setForMs] = useState(String(2 * hourMs));
  const [reason, setReason] = useState('');
  const matchers = text.split('\n').filter((line) => line.trim() !== '');
  const endsAt = new Date(nowMs() + Number(forMs)).toISOString();
  const create = async (): Promise<void> => {
    const request: SilenceRequest = { matchers, reason: reason.trim(), forMs: Number(forMs) };
    await postOnce<Silence>('/api/silences', request);
    tell('good', 'Silenced. Incidents that are open go on.');
    refreshSuppressed();
  };
  return (
    <Dialog
      title="Silence alerts"
      confirm="Silence"
      isBlocked={matchers.length === 0 || reason.trim() === ''}
      onConfirm={create}
    >
      <Field
        label="Alerts that match all of these"
        hint={'One a line, as in Alertmanager: alertname="DiskFull", instance=~"db-.+", @source="grafana".'}
      >
        {(id, hintId) => (
          <textarea
            id={id}
            className="exact"
            rows={Math.min(8, Math.max(3, matchers.length + 1))}
            aria-describedby={hintId}
            value={text}
            onChange={(event) => setText(event.target.value)}
            maxLength={longestMatchers}
            spellCheck={false}
            required
          />
        )}
      </Field>
      <ChoiceField label="For" value={forMs} options={lengths} onChange={setForMs} />
      <p>
        It ends by itself at{' '}
        <strong>
          <Clock at={endsAt} />
        </strong>
        ; what still fires then becomes an incident. Owner: <Outside text={name} />.
      </p>
      <ReasonField
        value={reason}
        onChange={setReason}
        isRequired
        hint="It is shown with every alert that is kept back."
      />
    </Dialog>
  );
}
