// Attempts at ordinary activities that act outside: they tell Temporal that their process lives, and one that is under
// way is waited for instead of being begun again beside itself.

import { Context } from '@temporalio/activity';
import { CancelledFailure } from '@temporalio/common';

/** Well below the timeout of workflows/proxies.ts. */
const heartbeatEveryMs = 2_000;

/** The work's own bounds end it; the heartbeat only tells that this process lives. */
async function whileBeating<T>(work: () => Promise<T>): Promise<T> {
  const context = Context.current();
  context.heartbeat();
  const beat = setInterval(() => context.heartbeat(), heartbeatEveryMs);
  try {
    return await work();
  } finally {
    clearInterval(beat);
  }
}

export class Attempts<T> {
  private readonly underWay = new Map<string, Promise<T>>();

  /** Temporal gives up on an attempt that it did not hear of, as after an outage of its own. It is alive all the same. */
  join(key: string, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    return whileBeating(() => this.underWay.get(key) ?? this.begin(key, work));
  }

  private begin(key: string, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const attempt = work(endedByPeople(Context.current().cancellationSignal)).finally(() => this.underWay.delete(key));
    this.underWay.set(key, attempt);
    return attempt;
  }
}

const reasonsToEnd = ['WORKER_SHUTDOWN', 'CANCELLED'];

/** Not by Temporal giving up: half an action is worse than a whole one that nobody waits for. */
function endedByPeople(cancellation: AbortSignal): AbortSignal {
  const controller = new AbortController();
  const end = () => {
    const { reason } = cancellation;
    const isMeant = reason instanceof CancelledFailure && reasonsToEnd.includes(reason.message);
    if (isMeant) controller.abort(reason);
  };
  if (cancellation.aborted) end();
  else cancellation.addEventListener('abort', end, { once: true });
  return controller.signal;
}
