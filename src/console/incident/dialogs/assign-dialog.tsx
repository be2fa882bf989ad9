// Gives the incident to a person.

import { useState } from 'react';
import { useSession } from '../../session/session.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { TextField } from '../../ui/field.tsx';
import { useCommand } from '../use-command.ts';
import type { IncidentDialogProps } from './props.ts';

export function AssignDialog({ incident }: IncidentDialogProps) {
  const { name } = useSession();
  const send = useCommand(incident.id);
  const [to, setTo] = useState(incident.assignee === null ? name : '');
  const person = to.trim();
  return (
    <Dialog
      title="Assign"
      confirm={person === name ? 'Assign to me' : 'Assign'}
      isBlocked={person === ''}
      onConfirm={() => send({ type: 'assign', to: person }, `Assigned to ${person}.`)}
    >
      <TextField
        label="To whom"
        hint={`You are ${name}. Assigning also acknowledges.`}
        value={to}
        onChange={setTo}
        maxLength={200}
        isRequired
        autoFocus
      />
    </Dialog>
  );
}
