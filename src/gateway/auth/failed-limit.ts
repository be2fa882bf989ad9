// Slows down whoever tries keys. Only failures are counted and only failures are refused: someone who shares an address
// with an attacker, behind a proxy for example, still gets in with a right key.

import type { Request } from 'express';
import { ipKeyGenerator, MemoryStore, type Options } from 'express-rate-limit';

export const failuresAllowed = { count: 30, perMs: 60_000 } as const;

/** Counts a failed authentication of this address. Gives how long to wait when it has failed too often, or null. */
export type CountFailure = (request: Request) => Promise<{ retryAfterS: number } | null>;

export function failureCounter(): CountFailure {
  const store = new MemoryStore();
  store.init({ windowMs: failuresAllowed.perMs } as Options);
  return async (request) => {
    // The socket's address: what X-Forwarded-For says are the client's own words.
    const { totalHits, resetTime } = await store.increment(ipKeyGenerator(request.socket.remoteAddress ?? 'unknown'));
    if (totalHits <= failuresAllowed.count) return null;
    const waitMs = resetTime ? resetTime.getTime() - Date.now() : failuresAllowed.perMs;
    return { retryAfterS: Math.max(1, Math.ceil(waitMs / 1_000)) };
  };
}
