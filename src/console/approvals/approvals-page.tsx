// All approvals: those that wait, then those that were decided.

import { useInfiniteQuery } from '@tanstack/react-query';
import { decidedApprovalsQuery, itemsOf, pendingApprovalsQuery } from '../api/queries.ts';
import { usePageTitle } from '../shell/page-title.ts';
import { LoadMore } from '../ui/load-more.tsx';
import { LoadError, Loading } from '../ui/note.tsx';
import { ApprovalCard } from './approval-card.tsx';
import { DecidedTable } from './decided-table.tsx';

export function ApprovalsPage() {
  const pending = useInfiniteQuery(pendingApprovalsQuery);
  const decided = useInfiniteQuery(decidedApprovalsQuery);
  // What expires first comes first.
  const waiting = itemsOf(pending.data).sort((a, b) => a.expiresAt.localeCompare(b.expiresAt));
  const ended = itemsOf(decided.data);
  usePageTitle(waiting.length > 0 ? `(${waiting.length}) Approvals` : 'Approvals');
  return (
    <div className="page">
      <div className="page-head">
        <h1>Approvals</h1>
      </div>
      {pending.isPending && <Loading what="approvals" />}
      {pending.isError && <LoadError what="the approvals" error={pending.error} retry={() => void pending.refetch()} />}
      {pending.data && waiting.length === 0 && (
        <div className="empty">
          <h2>Nothing waits for approval</h2>
          <p>When a playbook wants to do something that policy lets only people allow, it waits here.</p>
        </div>
      )}
      <div className="cards">
        {waiting.map((approval) => (
          <ApprovalCard key={approval.id} approval={approval} withIncident level={2} />
        ))}
      </div>
      {ended.length > 0 && (
        <section aria-labelledby="decided">
          <h2 id="decided" className="section-title">
            Decided
          </h2>
          <DecidedTable approvals={ended} />
          <LoadMore pages={decided}>Show older approvals</LoadMore>
        </section>
      )}
    </div>
  );
}
