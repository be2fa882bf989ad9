// The console as a whole: which page is shown for which path.

import { QueryClientProvider } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';
import { assertNever } from '../core/assert-never.ts';
import { AskProvider } from './api/ask.tsx';
import { LiveProvider } from './api/live-context.tsx';
import { createQueryClient } from './api/query-client.ts';
import { IncidentsPage } from './incidents/incidents-page.tsx';
import { usePath } from './router/location.ts';
import { type Route, routeOf } from './router/routes.ts';
import { SessionGate } from './session/session.tsx';
import { ErrorBoundary } from './shell/error-boundary.tsx';
import { NotFoundPage } from './shell/not-found-page.tsx';
import { Shell } from './shell/shell.tsx';
import { DialogsProvider } from './ui/dialogs.tsx';
import { Loading } from './ui/note.tsx';

const IncidentPage = lazy(async () => ({ default: (await import('./incident/incident-page.tsx')).IncidentPage }));
const ApprovalsPage = lazy(async () => ({ default: (await import('./approvals/approvals-page.tsx')).ApprovalsPage }));
const ContainmentsPage = lazy(async () => ({
  default: (await import('./containments/containments-page.tsx')).ContainmentsPage,
}));
const SuppressedPage = lazy(async () => ({
  default: (await import('./suppressed/suppressed-page.tsx')).SuppressedPage,
}));
const RulesPage = lazy(async () => ({ default: (await import('./suppressed/rules-page.tsx')).RulesPage }));
const SilencesPage = lazy(async () => ({ default: (await import('./silences/silences-page.tsx')).SilencesPage }));
const SilencePage = lazy(async () => ({ default: (await import('./silences/silence-page.tsx')).SilencePage }));
const AlertPage = lazy(async () => ({ default: (await import('./explain/alert-page.tsx')).AlertPage }));
const AuditPage = lazy(async () => ({ default: (await import('./audit/audit-page.tsx')).AuditPage }));

export function App() {
  const [client] = useState(createQueryClient);
  const path = usePath();
  const route = routeOf(path);
  return (
    <QueryClientProvider client={client}>
      <SessionGate>
        <LiveProvider>
          <AskProvider>
            <DialogsProvider>
              <Shell page={route.page} path={path}>
                <ErrorBoundary key={path}>
                  <Suspense fallback={<Loading what="the page" />}>{pageOf(route)}</Suspense>
                </ErrorBoundary>
              </Shell>
            </DialogsProvider>
          </AskProvider>
        </LiveProvider>
      </SessionGate>
    </QueryClientProvider>
  );
}

function pageOf(route: Route) {
  switch (route.page) {
    case 'incidents':
      return <IncidentsPage />;
    case 'incident':
      return <IncidentPage key={route.id} id={route.id} />;
    case 'approvals':
      return <ApprovalsPage />;
    case 'containments':
      return <ContainmentsPage />;
    case 'suppressed':
      return <SuppressedPage />;
    case 'rules':
      return <RulesPage />;
    case 'silences':
      return <SilencesPage />;
    case 'silence':
      return <SilencePage key={route.id} id={route.id} />;
    case 'explain':
      return <AlertPage key={route.id} id={route.id} />;
    case 'audit':
      return <AuditPage />;
    // Whoever sees pages is signed in already, and on the way onward.
    case 'login':
      return null;
    case 'not-found':
      return <NotFoundPage />;
    default:
      return assertNever(route);
  }
}
