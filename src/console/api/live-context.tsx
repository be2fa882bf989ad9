// One live connection for all pages, while someone is signed in.

import { useQueryClient } from '@tanstack/react-query';
import { createContext, type ReactNode, use, useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { connectLive, type LiveState } from './live.ts';
import { refreshAfterChange, refreshSuppressed } from './queries.ts';
import { sessionKey } from './query-client.ts';
import { createRefresher, type Refresher } from './refresher.ts';

interface Live {
  state: LiveState;
  /** Reads again what a change of this incident may show on. */
  refresh(incidentId: string): void;
  /** Reads again alerts that belong to no incident, and silences. */
  refreshSuppressed(): void;
}

const LiveContext = createContext<Live>({ state: 'connecting', refresh: () => {}, refreshSuppressed: () => {} });

export function LiveProvider({ children }: { children: ReactNode }) {
  const client = useQueryClient();
  const [state, setState] = useState<LiveState>('connecting');
  const refresher = useRef<Refresher>(undefined);
  const ofSuppressed = useRef<Refresher>(undefined);

  useEffect(() => {
    const created = createRefresher((ids) => refreshAfterChange(client, ids));
    const createdOfSuppressed = createRefresher(() => refreshSuppressed(client));
    refresher.current = created;
    ofSuppressed.current = createdOfSuppressed;
    const disconnect = connectLive({
      onIncident: (id) => created.ask(id),
      onSuppressed: () => createdOfSuppressed.ask(null),
      onResync: () => created.ask(null),
      onState: setState,
      // An EventSource does not say what it was answered; the session does.
      onRefused: () => void client.invalidateQueries({ queryKey: sessionKey }),
    });
    return () => {
      disconnect();
      created.stop();
      createdOfSuppressed.stop();
    };
  }, [client]);

  const refresh = useCallback((incidentId: string) => refresher.current?.ask(incidentId), []);
  const refreshWithout = useCallback(() => ofSuppressed.current?.ask(null), []);
  const live = useMemo(() => ({ state, refresh, refreshSuppressed: refreshWithout }), [state, refresh, refreshWithout]);
  return <LiveContext value={live}>{children}</LiveContext>;
}

export const useLive = (): Live => use(LiveContext);
