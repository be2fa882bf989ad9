// Waits for Postgres where giving up would lose what only this process knows.

import { setTimeout as sleep } from 'node:timers/promises';
import { isUnavailable } from './database.ts';

const firstPauseMs = 200;
const longestPauseMs = 2_000;

export interface PatienceBounds {
  withinMs: number;
  /** Ends the waiting; the last failure is thrown. */
  signal?: AbortSignal;
}

/** Does it again while Postgres is away. `work` must bear to be repeated: a commit may have gone through unheard. */
export async function patiently<T>(work: () => Promise<T>, { withinMs, signal }: PatienceBounds): Promise<T> {
  const deadline = Date.now() + withinMs;
  for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(pauseMs * 2, longestPauseMs)) {
    try {
      return await work();
    } catch (error) {
      if (!isUnavailable(error) || signal?.aborted || Date.now() + pauseMs > deadline) throw error;
      await sleep(pauseMs, undefined, signal && { signal }).catch(() => {});
    }
  }
}
