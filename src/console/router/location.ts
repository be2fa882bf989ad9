// Where we are: the History API as a store. Paths are the whole state of what is looked at, so that links can be shared.

import { useSyncExternalStore } from 'react';

const listeners = new Set<() => void>();

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  window.addEventListener('popstate', listener);
  return () => {
    listeners.delete(listener);
    window.removeEventListener('popstate', listener);
  };
}

export const usePath = (): string => useSyncExternalStore(subscribe, () => window.location.pathname);

export function useSearch(): URLSearchParams {
  return new URLSearchParams(useSyncExternalStore(subscribe, () => window.location.search));
}

/** `replace` leaves no step to go back to: for filters and redirects. */
export function navigate(to: string, { replace = false } = {}): void {
  if (replace) window.history.replaceState(null, '', to);
  else window.history.pushState(null, '', to);
  if (!replace) window.scrollTo(0, 0);
  for (const tell of listeners) tell();
}

/** Changes some of the search parameters of this page; undefined or empty removes one. */
export function changeSearch(changes: Record<string, string | undefined>): void {
  const search = new URLSearchParams(window.location.search);
  for (const [name, value] of Object.entries(changes)) {
    if (value === undefined || value === '') search.delete(name);
    else search.set(name, value);
  }
  navigate(`${window.location.pathname}${search.size > 0 ? `?${search}` : ''}`, { replace: true });
}

/** Only paths of this console: what comes from the address bar must not lead elsewhere. */
export function ownPath(given: string | null): string {
  if (given === null || !URL.canParse(given, window.location.origin)) return '/';
  const url = new URL(given, window.location.origin);
  return url.origin === window.location.origin ? url.pathname + url.search : '/';
}
