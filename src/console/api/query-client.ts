// What the pages read, kept by key. An answer of 401 anywhere ends the session, so the login page comes up.

import { QueryCache, QueryClient } from '@tanstack/react-query';
import { ApiError } from './client.ts';

export const sessionKey = ['session'] as const;

/** Live events refresh everything; this only bounds how wrong a page can be when they fail silently. */
const staleAtMostMs = 60_000;
const retries = 2;

export function createQueryClient(): QueryClient {
  const client: QueryClient = new QueryClient({
    queryCache: new QueryCache({ onError: (error) => endSessionAfter401(client, error) }),
    defaultOptions: {
      queries: {
        networkMode: 'always',
        staleTime: 5_000,
        refetchInterval: staleAtMostMs,
        // Tabs that nobody looks at have no live events; the title still says what waits.
        refetchIntervalInBackground: true,
        // live.ts reads everything again when the page is looked at again.
        refetchOnWindowFocus: false,
        refetchOnReconnect: false,
        retry: (failures, error) => failures < retries && isWorthRetrying(error),
      },
      // Not retried: whether it was taken is not known, and a person must look before asking again.
      mutations: { networkMode: 'always', retry: false, onError: (error) => endSessionAfter401(client, error) },
    },
  });
  return client;
}

function endSessionAfter401(client: QueryClient, error: Error): void {
  if (error instanceof ApiError && error.status === 401) client.setQueryData(sessionKey, null);
}

const isWorthRetrying = (error: Error): boolean =>
  !(error instanceof ApiError) || error.status === 0 || error.status >= 500;
