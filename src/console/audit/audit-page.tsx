// The audit log: its entries, its checkpoints, and how to verify it without trusting this page.

import { useInfiniteQuery } from '@tanstack/react-query';
import { auditQuery, itemsOf } from '../api/queries.ts';
import { useSearch } from '../router/location.ts';
import { usePageTitle } from '../shell/page-title.ts';
import { LoadMore } from '../ui/load-more.tsx';
import { LoadError, Loading } from '../ui/note.tsx';
import { AuditFilters } from './audit-filters.tsx';
import { Checkpoints } from './checkpoints.tsx';
import { EntryTable } from './entry-table.tsx';
import { filterOf } from './filter.ts';
import { Verify } from './verify.tsx';

export function AuditPage() {
  usePageTitle('Audit');
  const filter = filterOf(useSearch());
  const list = useInfiniteQuery(auditQuery(filter));
  const entries = itemsOf(list.data);
  return (
    <div className="page">
      <div className="page-head">
        <h1>Audit log</h1>
        <AuditFilters filter={filter} />
      </div>
      <div className="columns">
        <div className="column-main">
          {list.isPending && <Loading what="the audit log" />}
          {list.isError && <LoadError what="the audit log" error={list.error} retry={() => void list.refetch()} />}
          {list.data && entries.length === 0 && (
            <div className="empty">
              <h2>No entries</h2>
              <p>Every fact, attempt, refusal and decision appends one. None matches what is asked for.</p>
            </div>
          )}
          {entries.length > 0 && <EntryTable entries={entries} />}
          <LoadMore pages={list}>{filter.from === undefined ? 'Show older entries' : 'Show later entries'}</LoadMore>
        </div>
        <div className="column-side">
          <Verify />
          <Checkpoints />
        </div>
      </div>
    </div>
  );
}
