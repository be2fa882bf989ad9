// Resolve and reopen: they need nothing but, perhaps, a reason.

import { useState } from 'react';
import { Dialog } from '../../ui/dialog.tsx';
import { ReasonField } from '../../ui/field.tsx';
import { reasonIn } from '../../ui/reason.ts';
import { useCommand } from '../use-command.ts';
import type { IncidentDialogProps } from './props.ts';

interface ReasonDialogProps extends IncidentDialogProps {
  type: 'resolve' | 'reopen';
  title: string;
  text: string;
  confirm: string;
  done: string;
}

export function ReasonDialog({ incident, type, title, text, confirm, done }: ReasonDialogProps) {
  const send = useCommand(incident.id);
  const [reason, setReason] = useState('');
  return (
    <Dialog title={title} confirm={confirm} onConfirm={() => send({ type, ...reasonIn(reason) }, done)}>
      <p>{text}</p>
      <ReasonField value={reason} onChange={setReason} />
    </Dialog>
  );
}
