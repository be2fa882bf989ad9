// Approve and reject. Live actions and rejections ask once more; a simulated one is approved at once.

import type { Approval } from '../../contract/api/index.ts';
import { useAsking } from '../api/ask.tsx';
import { Button } from '../ui/button.tsx';
import { useDialogs } from '../ui/dialogs.tsx';
import { Note } from '../ui/note.tsx';
import { useIsPast } from '../ui/time.tsx';
import { Told } from '../ui/told.tsx';
import { usePending } from '../ui/use-pending.ts';
import { BreakGlassDialog } from './break-glass-dialog.tsx';
import { DecisionDialog } from './decision-dialog.tsx';
import { isAsShown } from './digest.tsx';
import { useDecide } from './use-decide.ts';

export function DecideButtons({ approval }: { approval: Approval }) {
  const isExpired = useIsPast(approval.expiresAt);
  if (isExpired) {
    return (
      <div className="card-decide">
        <Note>Too late to decide: it expired. The incident goes on without it.</Note>
      </div>
    );
  }
  const { you } = approval;
  return (
    <div className="card-decide">
      {you.mayDecide ? (
        <div className="decide-buttons">
          <ApproveButton approval={approval} />
          <RejectButton approval={approval} />
        </div>
      ) : (
        <Note>
          You cannot decide on this: <Told text={you.reason} />.
        </Note>
      )}
      {you.mayActAlone && needsOthers(approval) && <BreakGlassButton approval={approval} />}
    </div>
  );
}

/** Whether an ordinary approval of this person would not be enough. */
const needsOthers = ({ you, quorum, approvedBy }: Approval): boolean =>
  !you.mayDecide || quorum - new Set(approvedBy).size > 1;

function BreakGlassButton({ approval }: { approval: Approval }) {
  const dialogs = useDialogs();
  return (
    <Button
      isDisabled={!isAsShown(approval)}
      label={`Break the glass: ${approval.title}`}
      onPress={() => dialogs.open(<BreakGlassDialog shown={approval} />)}
    >
      Break the glass: act alone…
    </Button>
  );
}

function ApproveButton({ approval }: { approval: Approval }) {
  const decide = useDecide();
  const dialogs = useDialogs();
  const { tell } = useAsking();
  const { isPending, run } = usePending();
  const isLive = approval.subject.mode === 'live';
  const approve = (): void => {
    if (isLive) {
      dialogs.open(<DecisionDialog decision="approve" shown={approval} />);
      return;
    }
    // The card may be gone when the refusal comes, so it is not shown on it.
    void run(() =>
      decide(approval, 'approve', '').catch((error: Error) => {
        tell('bad', `Not approved: ${error.message}`);
      }),
    );
  };
  return (
    <Button
      look={isLive ? 'danger' : 'primary'}
      isPending={isPending}
      isDisabled={!isAsShown(approval)}
      label={`Approve: ${approval.title}`}
      onPress={approve}
    >
      {isLive ? 'Approve…' : 'Approve'}
    </Button>
  );
}

function RejectButton({ approval }: { approval: Approval }) {
  const dialogs = useDialogs();
  return (
    <Button
      label={`Reject: ${approval.title}`}
      onPress={() => dialogs.open(<DecisionDialog decision="reject" shown={approval} />)}
    >
      Reject…
    </Button>
  );
}
