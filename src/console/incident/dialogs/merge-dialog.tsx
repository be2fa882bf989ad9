// Moves all alerts into another incident and ends this one.

import { useState } from 'react';
import { Dialog } from '../../ui/dialog.tsx';
import { ReasonField, TextField } from '../../ui/field.tsx';
import { reasonIn } from '../../ui/reason.ts';
import { useCommand } from '../use-command.ts';
import type { IncidentDialogProps } from './props.ts';

export function MergeDialog({ incident }: IncidentDialogProps) {
  const send = useCommand(incident.id);
  const [into, setInto] = useState('');
  const [reason, setReason] = useState('');
  const target = into.trim();
  return (
    <Dialog
      title="Merge into another incident"
      confirm="Merge"
      isBlocked={target === ''}
      onConfirm={() => send({ type: 'merge', into: target, ...reasonIn(reason) }, `It is being merged into ${target}.`)}
    >
      <p>All {incident.alertCount} alerts move there, and this incident ends.</p>
      <TextField
        label="Id of the other incident"
        hint="The last part of its address."
        value={into}
        onChange={setInto}
        maxLength={64}
        isRequired
        autoFocus
      />
      <ReasonField value={reason} onChange={setReason} />
    </Dialog>
  );
}
