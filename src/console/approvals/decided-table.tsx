// Approvals that have ended: what came of them, and who decided.

import type { Approval } from '../../contract/api/index.ts';
import { Link } from '../router/link.tsx';
import { incidentPath } from '../router/routes.ts';
import { Badge, ModeBadge } from '../ui/badge.tsx';
import { Outside } from '../ui/outside.tsx';
import { Age } from '../ui/time.tsx';
import { actorWord, approvalWord, type Tone } from '../ui/words.ts';

const tones: Record<Approval['status'], Tone> = {
  pending: 'attention',
  approved: 'good',
  rejected: 'bad',
  expired: 'neutral',
  cancelled: 'neutral',
};

export const DecidedTable = ({ approvals }: { approvals: readonly Approval[] }) => (
  <table>
    <thead>
      <tr>
        <th scope="col">Result</th>
        <th scope="col">What</th>
        <th scope="col">By</th>
        <th scope="col">When</th>
      </tr>
    </thead>
    <tbody>
      {approvals.map((approval) => (
        <tr key={approval.id}>
          <td>
            <Badge tone={tones[approval.status]}>{approvalWord(approval.status)}</Badge>
          </td>
          <td className="cell-wide">
            <Outside text={approval.title} /> <ModeBadge mode={approval.subject.mode} />
            <span className="row-sub">
              <Link to={incidentPath(approval.incidentId)}>
                <Outside text={approval.incidentTitle} />
              </Link>
            </span>
          </td>
          <td>
            {approval.decisions.length === 0 && <span className="quiet">nobody</span>}
            {approval.decisions.map((decision) => (
              <div key={decision.id}>
                <Outside text={actorWord(decision.actor)} />
                {decision.decision === 'break_glass' && (
                  <>
                    {' '}
                    <Badge tone="bad">alone, break-glass</Badge>
                  </>
                )}
                {decision.reason && (
                  <span className="quiet">
                    : <Outside text={decision.reason} />
                  </span>
                )}
              </div>
            ))}
          </td>
          <td>
            <Age at={approval.finishedAt ?? approval.expiresAt} />
          </td>
        </tr>
      ))}
    </tbody>
  </table>
);
