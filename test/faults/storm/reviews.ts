// Waits until the running gateway has looked again at what nothing withholds any more.

import { setTimeout as sleep } from 'node:timers/promises';
import type { Store } from '../../../src/store/database.ts';
import { withheldToJudge } from '../../../src/store/withheld.ts';

const lookEveryMs = 250;
const withinMs = 240_000;
const most = 100_000;

interface Waiter {
  cluster: string;
  sinceMs: number;
  resolve: () => void;
  reject: (error: Error) => void;
}

/** One look for all who wait. */
export class Reviews {
  private readonly store: Store;
  private readonly waiters = new Set<Waiter>();

  constructor(store: Store) {
    this.store = store;
  }

  /** Resolves once no alert of the cluster is due to be judged again. */
  untilDone(cluster: string): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.waiters.add({ cluster, sinceMs: Date.now(), resolve, reject });
    if (this.waiters.size === 1) void this.look();
    return promise;
  }

  private async look(): Promise<void> {
    while (this.waiters.size > 0) {
      // Whoever comes during the look waits for the next one.
      const asked = [...this.waiters];
      const due = await this.dueClusters();
      for (const waiter of asked) this.answer(waiter, due);
      await sleep(lookEveryMs);
    }
  }

  private answer(waiter: Waiter, due: ReadonlySet<string> | undefined): void {
    const { cluster, sinceMs, resolve, reject } = waiter;
    const isDone = due !== undefined && !due.has(cluster);
    const isOver = Date.now() - sinceMs > withinMs;
    if (!isDone && !isOver) return;
    this.waiters.delete(waiter);
    if (isDone) resolve();
    else reject(new Error(`What is due in ${cluster} was not judged again within ${withinMs} ms`));
  }

  /** Undefined while the database is away. */
  private async dueClusters(): Promise<Set<string> | undefined> {
    try {
      const due = await withheldToJudge(this.store, new Date(), most);
      return new Set(due.map(({ labels }) => labels.cluster ?? ''));
    } catch {
      return undefined;
    }
  }
}
