// Live changes by server-sent events. They only say what changed; the pages read it again, so nothing here is trusted.

import type { IncidentChanged, liveEvents as LiveEvents } from '../../contract/api/index.ts';

export type LiveState = 'connecting' | 'live' | 'reconnecting';

/** Typed by the contract instead of imported, so that the schemas stay out of the bundle. */
const liveEvents: typeof LiveEvents = { incident: 'incident', suppressed: 'suppressed', resync: 'resync' };

const firstRetryMs = 1_000;
const longestRetryMs = 15_000;

export interface LiveListener {
  onIncident(incidentId: string): void;
  /** An alert that belongs to no incident changed, or a silence. */
  onSuppressed(): void;
  /** Something may have been missed: read everything again. */
  onResync(): void;
  onState(state: LiveState): void;
  /** The answer was no stream: the server is not ready, or nobody is signed in any more. */
  onRefused(): void;
}

/** Connects and stays connected until the returned function is called. */
export function connectLive({ onIncident, onSuppressed, onResync, onState, onRefused }: LiveListener): () => void {
  let events: EventSource | undefined;
  let retry: ReturnType<typeof setTimeout> | undefined;
  let failures = 0;
  let wasLost = false;

  const open = (): void => {
    clearTimeout(retry);
    events?.close();
    events = new EventSource('/api/events');
    events.addEventListener('open', () => {
      failures = 0;
      onState('live');
      if (wasLost) onResync();
      wasLost = false;
    });
    events.addEventListener(liveEvents.incident, (event: MessageEvent<string>) => {
      const changed = parse(event.data);
      if (changed) onIncident(changed.incidentId);
      else onResync();
    });
    events.addEventListener(liveEvents.suppressed, onSuppressed);
    events.addEventListener(liveEvents.resync, onResync);
    events.addEventListener('error', lost);
  };

  const lost = (): void => {
    wasLost = true;
    onState('reconnecting');
    // The browser reconnects by itself after a broken connection, but gives up for good after an answer that is no stream.
    if (events?.readyState !== EventSource.CLOSED) return;
    onRefused();
    clearTimeout(retry);
    retry = setTimeout(open, Math.min(firstRetryMs * 2 ** failures, longestRetryMs));
    failures += 1;
  };

  // Browsers allow six connections to a server over HTTP/1.1: tabs that nobody looks at must not use them up. What was
  // missed meanwhile is read again, which also helps after sleep, when an old connection looks alive and says nothing.
  const onVisibility = (): void => {
    if (document.visibilityState === 'visible') {
      wasLost = true;
      open();
    } else {
      clearTimeout(retry);
      events?.close();
    }
  };

  if (document.visibilityState === 'visible') open();
  window.addEventListener('online', open);
  document.addEventListener('visibilitychange', onVisibility);
  return () => {
    window.removeEventListener('online', open);
    document.removeEventListener('visibilitychange', onVisibility);
    clearTimeout(retry);
    events?.close();
  };
}

function parse(data: string): IncidentChanged | undefined {
  try {
    return JSON.parse(data) as IncidentChanged;
  } catch {
    return undefined;
  }
}
