// One approval to decide: what will be done, who asked, how long there is, and the two buttons.

import type { Approval } from '../../contract/api/index.ts';
import { Link } from '../router/link.tsx';
import { incidentPath } from '../router/routes.ts';
import { useMayRespond } from '../session/session.tsx';
import { SeverityBadge } from '../ui/badge.tsx';
import { Fact, Facts } from '../ui/facts.tsx';
import { Outside } from '../ui/outside.tsx';
import { Age, TimeLeft } from '../ui/time.tsx';
import { actorWord } from '../ui/words.ts';
import { DecideButtons } from './decide-buttons.tsx';
import { Digest } from './digest.tsx';
import { ModeStrip } from './mode-strip.tsx';
import { SubjectFacts } from './subject-facts.tsx';

interface CardProps {
  approval: Approval;
  /** On pages that are not the incident's own. */
  withIncident?: boolean;
  /** Of its title. */
  level?: 2 | 3;
}

export function ApprovalCard({ approval, withIncident = false, level = 3 }: CardProps) {
  const mayRespond = useMayRespond();
  const Title = `h${level}` as const;
  const approvers = [...new Set(approval.approvedBy)];
  return (
    <article className={`card approval is-${approval.subject.mode}`} aria-label={`Approval: ${approval.title}`}>
      <ModeStrip mode={approval.subject.mode} />
      <div className="card-head">
        <Title className="card-title">
          <Outside text={approval.title} />
        </Title>
        {withIncident && (
          <p className="card-incident">
            <SeverityBadge severity={approval.severity} />{' '}
            <Link to={incidentPath(approval.incidentId)}>
              <Outside text={approval.incidentTitle} />
            </Link>
          </p>
        )}
      </div>
      <div className="card-rest">
        <div className="card-body">
          <SubjectFacts approval={approval} />
          <Facts>
            <Fact name="Asked by">
              <Outside text={actorWord(approval.requestedBy)} />{' '}
              <span className="quiet">
                <Age at={approval.requestedAt} />
              </span>
            </Fact>
            <Fact name="Expires in">
              <strong>
                <TimeLeft until={approval.expiresAt} over="expired" />
              </strong>
            </Fact>
            <Fact name="Approvals">
              {approvers.length} of {approval.quorum}
              {approvers.length > 0 && <span className="quiet"> ({approvers.map(actorWord).join(', ')})</span>}
              {approval.breakGlass && <span className="quiet">; an administrator may act alone</span>}
            </Fact>
          </Facts>
          <Digest approval={approval} />
        </div>
        {mayRespond && <DecideButtons approval={approval} />}
      </div>
    </article>
  );
}
