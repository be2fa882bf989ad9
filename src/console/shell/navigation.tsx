// The ways to the pages, with how many approvals wait for a decision.

import { useInfiniteQuery } from '@tanstack/react-query';
import { itemsOf, pendingApprovalsQuery } from '../api/queries.ts';
import { Link } from '../router/link.tsx';
import type { Route } from '../router/routes.ts';

const places = [
  { page: 'incidents', to: '/', name: 'Incidents' },
  { page: 'approvals', to: '/approvals', name: 'Approvals' },
  { page: 'containments', to: '/containments', name: 'Containments' },
  { page: 'suppressed', to: '/suppressed', name: 'Suppressed' },
  { page: 'audit', to: '/audit', name: 'Audit' },
] as const;

export function Navigation({ page }: { page: Route['page'] }) {
  const pending = useInfiniteQuery(pendingApprovalsQuery);
  const count = itemsOf(pending.data).length;
  return (
    <nav className="navigation" aria-label="Pages">
      {places.map((place) => (
        <Link key={place.page} to={place.to} aria-current={isAt(page, place.page) ? 'page' : undefined}>
          {place.name}
          {place.page === 'approvals' && count > 0 && (
            <span className="count">
              {count}
              {pending.hasNextPage && '+'}
              <span className="sr-only"> waiting</span>
            </span>
          )}
        </Link>
      ))}
    </nav>
  );
}

const within: Partial<Record<Route['page'], string>> = {
  incident: 'incidents',
  rules: 'suppressed',
  silences: 'suppressed',
  silence: 'suppressed',
  explain: 'suppressed',
};
const isAt = (page: Route['page'], place: string): boolean => page === place || within[page] === place;
