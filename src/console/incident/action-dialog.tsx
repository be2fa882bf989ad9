// The dialogs of the incident's buttons: each gathers what its command needs.

import { AssignDialog } from './dialogs/assign-dialog.tsx';
import { DismissDialog } from './dialogs/dismiss-dialog.tsx';
import { MergeDialog } from './dialogs/merge-dialog.tsx';
import type { IncidentDialogProps } from './dialogs/props.ts';
import { ReasonDialog } from './dialogs/reason-dialog.tsx';
import { SeverityDialog } from './dialogs/severity-dialog.tsx';

export type DialogName = 'assign' | 'severity' | 'resolve' | 'dismiss' | 'merge' | 'reopen';

export function ActionDialog({ name, ...props }: IncidentDialogProps & { name: DialogName }) {
  switch (name) {
    case 'assign':
      return <AssignDialog {...props} />;
    case 'severity':
      return <SeverityDialog {...props} />;
    case 'dismiss':
      return <DismissDialog {...props} />;
    case 'merge':
      return <MergeDialog {...props} />;
    case 'resolve':
      return (
        <ReasonDialog
          {...props}
          type="resolve"
          title="Resolve this incident?"
          text="It counts as recovered, whatever its alerts say, and goes to review. What is contained stays held."
          confirm="Resolve"
          done="Resolved."
        />
      );
    case 'reopen':
      return (
        <ReasonDialog
          {...props}
          type="reopen"
          title="Reopen this incident?"
          text="It goes back to recovery. Steps that were done are not done again."
          confirm="Reopen"
          done="Reopened."
        />
      );
  }
}
