// Who is signed in. Buttons follow the role; the gateway decides again whatever is pressed.

import { useQuery, useQueryClient } from '@tanstack/react-query';
import { createContext, type ReactNode, use, useCallback, useEffect } from 'react';
import type { Session } from '../../contract/api/index.ts';
import { atLeast } from '../../core/roles.ts';
import { remove } from '../api/client.ts';
import { sessionQuery } from '../api/queries.ts';
import { sessionKey } from '../api/query-client.ts';
import { navigate, ownPath, usePath } from '../router/location.ts';
import { LoadError, Loading } from '../ui/note.tsx';
import { LoginPage } from './login-page.tsx';

const SessionContext = createContext<Session | null>(null);

/** Shows what is inside to whoever is signed in, and the login page to everyone else. */
export function SessionGate({ children }: { children: ReactNode }) {
  const session = useQuery(sessionQuery);
  const isLogin = usePath() === '/login';
  if (session.data) {
    return <SessionContext value={session.data}>{isLogin ? <Onward /> : children}</SessionContext>;
  }
  if (session.isPending) return <Loading what="the session" />;
  if (session.isError && session.data === undefined) {
    return <LoadError what="the session" error={session.error} retry={() => void session.refetch()} />;
  }
  return <LoginPage />;
}

/** Someone who is signed in and asks for /login goes on to where they wanted to be. */
function Onward() {
  useEffect(() => navigate(ownPath(new URLSearchParams(window.location.search).get('next')), { replace: true }), []);
  return null;
}

export function useSession(): Session {
  const session = use(SessionContext);
  if (!session) throw new Error('useSession is only for what is inside SessionGate');
  return session;
}

/** Whether to offer what changes something. */
export const useMayRespond = (): boolean => atLeast(useSession().role, 'responder');

export function useSignOut(): () => Promise<void> {
  const client = useQueryClient();
  return useCallback(async () => {
    await remove('/api/session');
    client.setQueryData(sessionKey, null);
    client.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== sessionKey[0] });
  }, [client]);
}
