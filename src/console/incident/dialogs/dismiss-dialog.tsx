// Ends the incident as nothing to respond to, with the verdict on it.

import { useState } from 'react';
import { type Disposition, dispositions } from '../../../core/incident/status.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { ChoiceField, ReasonField } from '../../ui/field.tsx';
import { reasonIn } from '../../ui/reason.ts';
import { dispositionWord } from '../../ui/words.ts';
import { useCommand } from '../use-command.ts';
import type { IncidentDialogProps } from './props.ts';

const options = dispositions.map((value) => ({ value, label: dispositionWord(value) }));

export function DismissDialog({ incident }: IncidentDialogProps) {
  const send = useCommand(incident.id);
  const [disposition, setDisposition] = useState<Disposition>('false_positive');
  const [reason, setReason] = useState('');
  const held = incident.containments.filter((containment) => containment.active);
  return (
    <Dialog
      title="Dismiss this incident?"
      confirm="Dismiss"
      look={held.some(({ mode }) => mode === 'live') ? 'danger' : 'primary'}
      onConfirm={() => send({ type: 'dismiss', disposition, ...reasonIn(reason) }, 'Dismissed.')}
    >
      <p>
        The response stops and the incident ends.{' '}
        {held.length > 0 && (
          <strong>
            {held.length === 1 ? 'One containment is undone' : `${held.length} containments are undone`} with it.
          </strong>
        )}
      </p>
      <ChoiceField label="Verdict" value={disposition} options={options} onChange={setDisposition} />
      <ReasonField value={reason} onChange={setReason} />
    </Dialog>
  );
}
