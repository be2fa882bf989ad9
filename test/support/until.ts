// Waiting that is bounded and says what it waited for.

import { setTimeout as sleep } from 'node:timers/promises';

export interface Patience {
  withinMs?: number;
  everyMs?: number;
  /** What is said beside the time when it runs out. */
  hint?: () => string | Promise<string>;
}

/** What `look` gives, once that is neither undefined nor false. A look that throws is another look later. */
export async function until<T>(
  what: string,
  look: () => Promise<T | undefined | false> | T | undefined | false,
  { withinMs = 20_000, everyMs = 50, hint }: Patience = {},
): Promise<T> {
  const deadline = Date.now() + withinMs;
  for (let failure: unknown; ; ) {
    try {
      const seen = await look();
      if (seen !== undefined && seen !== false) return seen;
      failure = undefined;
    } catch (error) {
      failure = error;
    }
    if (Date.now() > deadline) {
      const said = (await hint?.()) ?? '';
      throw new Error(`Still waiting after ${withinMs} ms: ${what}${said && `\n${said}`}`, { cause: failure });
    }
    await sleep(everyMs);
  }
}
