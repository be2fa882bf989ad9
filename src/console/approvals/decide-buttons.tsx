// Approve and reject. Live actions and rejections ask once more; a simulated one is approved at once.

import { useState } from 'react';
import type { Approval } from '../../contract/api/index.ts';
import { Button } from '../ui/button.tsx';
import { ErrorNote, Note } from '../ui/note.tsx';
import { visible } from '../ui/outside-text.ts';
import { useIsPast } from '../ui/time.tsx';
import { usePending } from '../ui/use-pending.ts';
import { DecisionDialog } from './decision-dialog.tsx';
import { isAsShown } from './digest.tsx';
import { useDecide } from './use-decide.ts';

type Open = { decision: 'approve' | 'reject'; shown: Approval };

export function DecideButtons({ approval }: { approval: Approval }) {
  const decide = useDecide();
  const [open, setOpen] = useState<Open>();
  const { isPending, error, run } = usePending();
  const isExpired = useIsPast(approval.expiresAt);

  const approve = async (): Promise<void> => {
    if (approval.subject.mode === 'live') {
      // What was read is what is decided on, even if the page is read again meanwhile.
      setOpen({ decision: 'approve', shown: approval });
      return;
    }
    await run(() => decide(approval, 'approve', ''));
  };

  return (
    <div className="card-decide">
      {error && <ErrorNote title="Not approved." error={error} />}
      {isExpired && <Note>Too late to decide: it expired. The incident goes on without it.</Note>}
      {!isExpired && !approval.you.mayDecide && <Note>You cannot decide on this: {visible(approval.you.reason)}.</Note>}
      {!isExpired && approval.you.mayDecide && (
        <div className="decide-buttons">
          <Button
            look={approval.subject.mode === 'live' ? 'danger' : 'primary'}
            isPending={isPending}
            isDisabled={!isAsShown(approval)}
            label={`Approve: ${approval.title}`}
            onPress={() => void approve()}
          >
            {approval.subject.mode === 'live' ? 'Approve…' : 'Approve'}
          </Button>
          <Button
            label={`Reject: ${approval.title}`}
            isDisabled={isPending}
            onPress={() => setOpen({ decision: 'reject', shown: approval })}
          >
            Reject…
          </Button>
        </div>
      )}
      {open && <DecisionDialog {...open} current={approval} onClose={() => setOpen(undefined)} />}
    </div>
  );
}
