// A worker that is kept running: when one fails, another takes its place. Gives up only when that fails again and again,
// so that whoever started the process hears of it.

import { setTimeout as sleep } from 'node:timers/promises';
import type { Worker } from '@temporalio/worker';
import type { Logger } from './logger.ts';

export interface KeptWorker {
  /** Resolves when it was stopped; rejects when it fails however often another takes its place. */
  done: Promise<void>;
  /** Another takes its place as soon as it has let go of what it does, or has had its time for that. */
  restart(): void;
  stop(): Promise<void>;
}

export interface KeptWorkerOptions {
  /** Of its queue, for the log. */
  name: string;
  create: () => Promise<Worker>;
  log: Logger;
  /** After a failure; each further one waits twice as long. */
  pauseMs?: number;
  /** A worker that ran this long has not failed at once. */
  provenMs?: number;
}

const mostFailures = 6;

/** @throws what the first `create` throws: a wrong setting is said at the start */
export async function keepWorker(options: KeptWorkerOptions): Promise<KeptWorker> {
  const { name, create, log, pauseMs = 1_000, provenMs = 60_000 } = options;
  const stopping = new AbortController();
  let worker: Worker | undefined = await create();
  const shutDown = (): void => {
    if (worker?.getState() === 'RUNNING') worker.shutdown();
  };
  const runNext = async (): Promise<void> => {
    worker ??= await create();
    const run = worker.run();
    // Stopped while it was made.
    if (stopping.signal.aborted) shutDown();
    await run;
  };
  const keep = async (): Promise<void> => {
    for (let failures = 0; ; worker = undefined) {
      const startedAtMs = Date.now();
      const error = await runNext().then(
        () => undefined,
        (reason: unknown) => ({ reason }),
      );
      if (stopping.signal.aborted) return;
      if (!error) {
        log.warn({ queue: name }, 'A worker was shut down; another takes its place');
        continue;
      }
      failures = Date.now() - startedAtMs > provenMs ? 1 : failures + 1;
      if (failures >= mostFailures) throw error.reason;
      log.error({ err: error.reason, queue: name, failures }, 'A worker failed; another takes its place');
      await sleep(pauseMs * 2 ** (failures - 1), undefined, { signal: stopping.signal }).catch(() => {});
      if (stopping.signal.aborted) return;
    }
  };
  const done = keep();
  // Whoever awaits it hears of a failure; until then it is no unhandled rejection.
  done.catch(() => {});
  return {
    done,
    restart: shutDown,
    async stop() {
      stopping.abort();
      shutDown();
      await done.catch(() => {});
    },
  };
}
