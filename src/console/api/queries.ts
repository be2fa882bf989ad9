// What pages read from the API. Keys start with what live events name, so that one event refreshes the right pages.

import {
  type InfiniteData,
  infiniteQueryOptions,
  keepPreviousData,
  type QueryClient,
  queryOptions,
} from '@tanstack/react-query';
import type {
  Alert,
  Approval,
  AuditEntry,
  Checkpoint,
  Containment,
  Explanation,
  IncidentDetail,
  IncidentLearnt,
  IncidentSummary,
  Page,
  Session,
  Silence,
  SuppressedAlert,
  TimelineEntry,
  WithholdingRules,
} from '../../contract/api/index.ts';
import { ApiError, address, get, path } from './client.ts';
import { sessionKey } from './query-client.ts';

export const pageSize = 50;

export const sessionQuery = queryOptions({
  queryKey: sessionKey,
  queryFn: async ({ signal }): Promise<Session | null> => {
    try {
      return await get<Session>('/api/session', signal);
    } catch (error) {
      if (error instanceof ApiError && error.status === 401) return null;
      throw error;
    }
  },
  staleTime: 300_000,
});

type Query = Record<string, string | number | undefined>;

/** Pages of a list, one after the other. */
function pages<Item>(queryKey: readonly unknown[], from: string, query: Query = {}) {
  return infiniteQueryOptions({
    queryKey,
    queryFn: ({ pageParam, signal }) =>
      get<Page<Item>>(address(from, { limit: pageSize, ...query, cursor: pageParam ?? undefined }), signal),
    initialPageParam: null as string | null,
    getNextPageParam: (last: Page<Item>) => last.next,
  });
}

export const itemsOf = <Item>(data: InfiniteData<Page<Item>> | undefined): Item[] =>
  data?.pages.flatMap((page) => page.items) ?? [];

export interface IncidentFilter {
  open?: 'true' | undefined;
  severity?: string | undefined;
  status?: string | undefined;
  q?: string | undefined;
  sort?: 'priority' | 'likely_real' | undefined;
}

export const incidentsQuery = (filter: IncidentFilter) => ({
  ...pages<IncidentSummary>(['incidents', filter], '/api/incidents', { ...filter }),
  placeholderData: keepPreviousData,
});

export const incidentQuery = (id: string) =>
  queryOptions({
    queryKey: ['incident', id],
    queryFn: ({ signal }) => get<IncidentDetail>(path('incidents', id), signal),
  });

export const explanationQuery = (id: string) =>
  queryOptions({
    queryKey: ['incident', id, 'explanation'],
    queryFn: ({ signal }) => get<Explanation>(path('incidents', id, 'explanation'), signal),
  });

export const learntQuery = (id: string) =>
  queryOptions({
    queryKey: ['incident', id, 'learnt'],
    queryFn: ({ signal }) => get<IncidentLearnt>(path('incidents', id, 'learnt'), signal),
  });

/** Newest first, so that the first page is what just happened; the page shows them the other way round. */
export const timelineQuery = (id: string) =>
  pages<TimelineEntry>(['incident', id, 'timeline'], path('incidents', id, 'timeline'), { order: 'desc', limit: 100 });

export const alertsQuery = (id: string) =>
  pages<Alert>(['incident', id, 'alerts'], path('incidents', id, 'alerts'), { limit: 100 });

export const pendingApprovalsQuery = pages<Approval>(['approvals', 'pending'], '/api/approvals', {
  status: 'pending',
  limit: 200,
});

export const decidedApprovalsQuery = pages<Approval>(['approvals', 'decided'], '/api/approvals', {
  status: 'approved,rejected,expired,cancelled',
});

export const approvalQuery = (id: string) =>
  queryOptions({
    queryKey: ['approvals', 'one', id],
    queryFn: ({ signal }) => get<Approval>(path('approvals', id), signal),
  });

export const containmentsQuery = (active: boolean) =>
  pages<Containment>(['containments', active], '/api/containments', { active: String(active) });

export interface SuppressedFilter {
  suppressed?: string | undefined;
  source?: string | undefined;
  status?: 'firing' | undefined;
  q?: string | undefined;
}

export const suppressedQuery = (filter: SuppressedFilter) => ({
  ...pages<SuppressedAlert>(['suppressed', 'alerts', filter], '/api/alerts', { ...filter }),
  placeholderData: keepPreviousData,
});

export const silencesQuery = (state: string) =>
  pages<Silence>(['suppressed', 'silences', state], '/api/silences', { state });

export const silenceQuery = (id: string) =>
  queryOptions({
    queryKey: ['suppressed', 'silence', id],
    queryFn: ({ signal }) => get<Silence>(path('silences', id), signal),
  });

export const alertExplanationQuery = (id: string) =>
  queryOptions({
    queryKey: ['suppressed', 'explanation', id],
    queryFn: ({ signal }) => get<Explanation>(path('alerts', id, 'explanation'), signal),
  });

export const withholdingQuery = queryOptions({
  queryKey: ['plan', 'withholding'],
  queryFn: ({ signal }) => get<WithholdingRules>(path('plan', 'withholding'), signal),
});

export interface AuditFilter {
  /** Entries from this number on, in the order of the log; undefined for the newest first. */
  from?: number | undefined;
  incident?: string | undefined;
  kind?: string | undefined;
}

export const auditQuery = ({ from, ...filter }: AuditFilter) =>
  pages<AuditEntry>(['audit', 'entries', from, filter], '/api/audit', {
    ...filter,
    limit: 100,
    ...(from === undefined ? { order: 'desc' } : { after: Math.max(0, from - 1) }),
  });

export const checkpointsQuery = pages<Checkpoint>(['audit', 'checkpoints'], '/api/audit/checkpoints');

/** Reads again what shows alerts that belong to no incident, and silences. */
export const refreshSuppressed = (client: QueryClient): Promise<void> =>
  client.invalidateQueries({ queryKey: ['suppressed'] });

/** Reads again what the change of these incidents may show on; `null` for everything. */
export async function refreshAfterChange(client: QueryClient, incidentIds: ReadonlySet<string> | null): Promise<void> {
  if (incidentIds === null) return client.invalidateQueries();
  const lists = ['incidents', 'approvals', 'containments', 'audit'].map((name) =>
    client.invalidateQueries({ queryKey: [name] }),
  );
  const each = [...incidentIds].map((id) => client.invalidateQueries({ queryKey: ['incident', id] }));
  await Promise.all([...lists, ...each]);
}
