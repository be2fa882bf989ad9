// The time now, by the server's clock, in ticks that components share: one timer, however many ages are on the page.

import { useSyncExternalStore } from 'react';

const tickMs = 1_000;
/** The Date header has whole seconds and a way to go; less than this is noise. */
const noticeableSkewMs = 5_000;

let skewMs = 0;
let timer: ReturnType<typeof setInterval> | undefined;
const listeners = new Set<() => void>();

export const nowMs = (): number => Date.now() + skewMs;

/** A phone with a wrong clock must not show wrong deadlines. */
export function noteServerTime(date: string | null): void {
  const server = date === null ? Number.NaN : Date.parse(date);
  if (Number.isNaN(server)) return;
  const found = server - Date.now();
  skewMs = Math.abs(found) < noticeableSkewMs ? 0 : found;
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= setInterval(() => {
    for (const tell of listeners) tell();
  }, tickMs);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

/**
 * Milliseconds since 1970, in steps: a component that shows minutes is not drawn again every second. Rounded up, so that
 * no deadline is shown as later than it is.
 */
export function useNow(stepMs: number): number {
  return useSyncExternalStore(subscribe, () => Math.ceil(nowMs() / stepMs) * stepMs);
}
