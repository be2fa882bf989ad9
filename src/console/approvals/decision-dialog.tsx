// Asks once more before a decision. It shows the approval as it was when it opened, and sends that one's digest.

import { useState } from 'react';
import type { Approval } from '../../contract/api/index.ts';
import { Dialog } from '../ui/dialog.tsx';
import { Exact } from '../ui/facts.tsx';
import { ReasonField } from '../ui/field.tsx';
import { Outside } from '../ui/outside.tsx';
import { HasChanged, useHasChanged } from './has-changed.tsx';
import { ModeStrip } from './mode-strip.tsx';
import { SubjectFacts } from './subject-facts.tsx';
import { useDecide } from './use-decide.ts';

interface DecisionDialogProps {
  decision: 'approve' | 'reject';
  shown: Approval;
}

export function DecisionDialog({ decision, shown }: DecisionDialogProps) {
  const decide = useDecide();
  const [reason, setReason] = useState('');
  const [isSent, setSent] = useState(false);
  const isApproval = decision === 'approve';
  const { mode, action, target } = shown.subject;
  // Once sent, the server's answer says what came of it.
  const hasChanged = useHasChanged(shown) && !isSent;
  const send = (): Promise<void> => {
    setSent(true);
    return decide(shown, decision, reason.trim());
  };
  return (
    <Dialog
      title={isApproval ? `Approve ${action} on ${target}?` : `Reject ${action} on ${target}?`}
      confirm={isApproval ? `Approve for ${target}` : 'Reject'}
      look={isApproval && mode === 'live' ? 'danger' : 'primary'}
      isLive={isApproval && mode === 'live'}
      isBlocked={hasChanged}
      onConfirm={send}
    >
      {isApproval ? (
        <>
          <ModeStrip mode={mode} />
          <SubjectFacts approval={shown} />
        </>
      ) : (
        <p>
          <Outside text={shown.title} />: <Exact text={action} /> on <Exact text={target} /> will not be done. The
          incident goes on without it.
        </p>
      )}
      {hasChanged && <HasChanged />}
      <ReasonField value={reason} onChange={setReason} />
    </Dialog>
  );
}
