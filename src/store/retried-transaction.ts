// A transaction that is done again when Postgres ended it for the sake of another one.

import { setTimeout as sleep } from 'node:timers/promises';
import type { Store, Trx } from './database.ts';

// deadlock_detected, serialization_failure
const collisions = new Set(['40P01', '40001']);
const mostAttempts = 5;

/** `work` may run several times: what it does outside the transaction must bear that. */
export function inRetriedTransaction<Result>(store: Store, work: (trx: Trx) => Promise<Result>): Promise<Result> {
  return retried(() => store.transaction().execute(work));
}

/** The same for a transaction of another kind. */
export async function retried<Result>(transaction: () => Promise<Result>): Promise<Result> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await transaction();
    } catch (error) {
      const code = (error as { code?: string } | null)?.code ?? '';
      if (!collisions.has(code) || attempt === mostAttempts) throw error;
      // Apart from the others that collided.
      await sleep(Math.random() * 20 * attempt);
    }
  }
}
