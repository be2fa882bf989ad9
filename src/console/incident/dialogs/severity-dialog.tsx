// Says how bad it really is.

import { useState } from 'react';
import { severities } from '../../../core/severity.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { ChoiceField, ReasonField } from '../../ui/field.tsx';
import { reasonIn } from '../../ui/reason.ts';
import { severityWord } from '../../ui/words.ts';
import { useCommand } from '../use-command.ts';
import type { IncidentDialogProps } from './props.ts';

const options = severities.map((value) => ({ value, label: severityWord(value) }));

export function SeverityDialog({ incident }: IncidentDialogProps) {
  const send = useCommand(incident.id);
  const [severity, setSeverity] = useState(incident.severity);
  const [reason, setReason] = useState('');
  return (
    <Dialog
      title="Change the severity"
      confirm={`Set to ${severityWord(severity).toLowerCase()}`}
      isBlocked={severity === incident.severity}
      onConfirm={() =>
        send(
          { type: 'severity', severity, ...reasonIn(reason) },
          `Severity is ${severityWord(severity).toLowerCase()} now.`,
        )
      }
    >
      <ChoiceField label="Severity" value={severity} options={options} onChange={setSeverity} />
      <ReasonField value={reason} onChange={setReason} />
    </Dialog>
  );
}
