// Break-glass: an administrator approves alone what others should approve too. It says what that means, and asks for a
// reason and for a second confirmation.

import { useState } from 'react';
import type { Approval } from '../../contract/api/index.ts';
import { Dialog } from '../ui/dialog.tsx';
import { ReasonField } from '../ui/field.tsx';
import { Note } from '../ui/note.tsx';
import { HasChanged, useHasChanged } from './has-changed.tsx';
import { ModeStrip } from './mode-strip.tsx';
import { SubjectFacts } from './subject-facts.tsx';
import { useDecide } from './use-decide.ts';

export function BreakGlassDialog({ shown }: { shown: Approval }) {
  const decide = useDecide();
  const [reason, setReason] = useState('');
  const [isConfirmed, setConfirmed] = useState(false);
  const [isSent, setSent] = useState(false);
  const hasChanged = useHasChanged(shown) && !isSent;
  const { mode, action, target } = shown.subject;
  const act = (): Promise<void> => {
    setSent(true);
    return decide(shown, 'break_glass', reason.trim());
  };
  return (
    <Dialog
      title={`Break the glass for ${action} on ${target}?`}
      confirm={`Act alone on ${target}`}
      look="danger"
      isLive={mode === 'live'}
      isBlocked={hasChanged || !isConfirmed || reason.trim() === ''}
      onConfirm={act}
    >
      <Note tone="bad">
        <strong>You act alone, against the rule that asks for {approvals(shown.quorum)}.</strong> It is done at once. It
        stands on the audit log as break-glass with your name, everyone who was paged is told, and it is reviewed
        afterwards.
      </Note>
      <ModeStrip mode={mode} />
      <SubjectFacts approval={shown} />
      {hasChanged && <HasChanged />}
      <ReasonField
        value={reason}
        onChange={setReason}
        label="Why can it not wait for the others?"
        isRequired
        hint="Required. It stands on the audit log and in the report."
      />
      <label className="check check-firm">
        <input type="checkbox" checked={isConfirmed} onChange={(event) => setConfirmed(event.target.checked)} />I have
        read what will be done, and I answer for it alone.
      </label>
    </Dialog>
  );
}

const approvals = (quorum: number): string => (quorum === 1 ? 'the approval of another person' : `${quorum} approvals`);
