// What waits for a person, at the top of the page.

import type { IncidentDetail } from '../../contract/api/index.ts';
import { hasEnded } from '../../core/incident/status.ts';
import { ApprovalCard } from '../approvals/approval-card.tsx';
import { ContainmentCard } from '../containments/containment-card.tsx';
import { JumpToNeeds } from './jump-to-needs.tsx';
import { needsOf } from './needs.ts';
import { QuestionCard } from './question-card.tsx';
import { SuggestionCard } from './suggestion-card.tsx';
import { UnknownCard } from './unknown-card.tsx';

export const needsId = 'needs-you';

export function NeedsYou({ incident }: { incident: IncidentDetail }) {
  const { approvals, questions, unknown, containments, suggested, count } = needsOf(incident);
  if (count === 0 && hasEnded(incident.status)) return null;
  return (
    <section id={needsId} className="needs" aria-labelledby={`${needsId}-title`}>
      <h2 id={`${needsId}-title`} className="section-title">
        {count > 0 ? 'Waits for a person' : 'Nothing waits for a person'}{' '}
        {count > 0 && <span className="count">{count}</span>}
      </h2>
      <p className="sr-only" role="status">
        {count > 0 ? `${count} waiting for a person` : 'Nothing waits for a person'}
      </p>
      {count === 0 && <p className="quiet">Firebreak goes on by itself; what needs a decision shows up here.</p>}
      {count > 0 && (
        <div className="cards">
          {approvals.map((approval) => (
            <ApprovalCard key={approval.id} approval={approval} />
          ))}
          {questions.map((question) => (
            <QuestionCard key={question.stepId} question={question} incidentId={incident.id} />
          ))}
          {unknown.map((step) => (
            <UnknownCard key={step.id} step={step} incidentId={incident.id} />
          ))}
          {containments.length > 0 && (
            <ul className="row-cards card">
              {containments.map((containment) => (
                <ContainmentCard key={containment.id} containment={containment} />
              ))}
            </ul>
          )}
          {suggested.map((step) => (
            <SuggestionCard key={step.id} step={step} incidentId={incident.id} />
          ))}
        </div>
      )}
      <JumpToNeeds count={count} />
    </section>
  );
}
