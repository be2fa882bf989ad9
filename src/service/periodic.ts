// Work that is done again and again, one after the other, until it is stopped. A failure is logged and tried again.

import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from './logger.ts';

export interface Periodic {
  stop(): Promise<void>;
}

export function periodically(name: string, everyMs: number, log: Logger, work: () => Promise<void>): Periodic {
  const stopping = new AbortController();
  const run = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      await work().catch((error) => log.warn({ err: error }, `${name} failed; it will be tried again`));
      await sleep(everyMs, undefined, { signal: stopping.signal }).catch(() => {});
    }
  };
  const running = run();
  return {
    async stop() {
      stopping.abort();
      await running;
    },
  };
}
