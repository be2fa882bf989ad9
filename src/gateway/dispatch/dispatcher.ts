// The dispatcher: a fast path right after a commit, and a relay for whatever that missed. Nothing waits for it.

import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import { maxNotesPerSignal } from '../../contract/names.ts';
import { atSite } from '../../fault-sites.ts';
import { releaseCommands } from '../../store/commands.ts';
import {
  type Backlog,
  claimBacklog,
  claimDueBacklog,
  markDelivered,
  postpone,
  releaseBacklog,
  type Told,
} from '../../store/dispatch.ts';
import { deliverDueCommands } from './commands.ts';
import { type DispatchDeps, tellIncident } from './incidents.ts';
import { Rests } from './rests.ts';
import { type Urgency, WaitingLine } from './waiting-line.ts';

export interface Dispatcher {
  /** Right after a commit: these incidents have something to be told. Returns at once. */
  wake(incidentIds: readonly string[], urgency?: ReadonlyMap<string, Urgency>): void;
  /** Stops taking work and waits for what is under way. */
  stop(): Promise<void>;
}

export interface DispatcherOptions extends DispatchDeps {
  logger: Logger;
  relayEveryMs?: number;
  /** Measures: how long the oldest alert of an incident waited until its workflow had it. */
  onTold?: (told: Urgency, waitedMs: number) => void;
}

const batchSize = 50;
const answerWithinMs = 5_000;
const maxBatches = 4;
/** Beside them, one that only what cannot wait may have: a storm never takes all of them. */
const urgentFrom = 'high';

export function startDispatcher(options: DispatcherOptions): Dispatcher {
  const { store, logger, relayEveryMs = 1_000 } = options;
  const wanted = new WaitingLine();
  const rests = new Rests((incidentId) => {
    wanted.add(incidentId);
    pump();
  });
  const running = new Set<Promise<void>>();
  const stopping = new AbortController();

  const pump = () => {
    while (wanted.size > 0 && !stopping.signal.aborted) {
      const isRoom = running.size < maxBatches;
      if (!isRoom && (running.size > maxBatches || !wanted.has(urgentFrom))) return;
      const ids = wanted.take(batchSize, isRoom ? undefined : urgentFrom);
      track(dispatch(() => claimBacklog(store, ids, maxNotesPerSignal)));
    }
  };

  const track = (work: Promise<void>) => {
    const tracked = work.finally(() => {
      running.delete(tracked);
      pump();
    });
    running.add(tracked);
  };

  const dispatch = async (claim: () => Promise<Backlog[]>): Promise<void> => {
    try {
      const claimed = await claim();
      const told = await Promise.all(claimed.map((backlog) => tell(options, backlog)));
      await atSite('dispatch.after-start');
      await markDelivered(
        store,
        told.filter((one) => one !== undefined),
      );
      await atSite('dispatch.after-delivered');
      await postpone(
        store,
        claimed.filter((_, index) => !told[index]).map(({ opened }) => opened.incidentId),
      );
      for (const [index, backlog] of claimed.entries()) {
        if (!told[index]) continue;
        measure(backlog);
        rest(backlog);
      }
    } catch (error) {
      // The leases run out and the relay comes again.
      logger.warn({ err: error }, 'Dispatch failed; the relay will try again');
    }
  };

  const measure = ({ source, oldestAt, opened: { severity } }: Backlog): void => {
    if (oldestAt) options.onTold?.({ source, severity }, Math.max(0, Date.now() - oldestAt.getTime()));
  };

  const rest = ({ opened: { incidentId, severity }, deliveredThrough, hasMore }: Backlog): void => {
    if (!stopping.signal.aborted) rests.begin({ incidentId, severity, isSignal: deliveredThrough > 0, hasMore });
  };

  const relay = async (work: () => Promise<void>): Promise<void> => {
    while (!stopping.signal.aborted) {
      await work().catch((error) => logger.warn({ err: error }, 'The relay failed; it will try again'));
      await sleep(relayEveryMs, undefined, { signal: stopping.signal }).catch(() => {});
    }
  };
  let isAnswering = false;
  /** When Temporal is back, and at the start, what waits is due at once and not when its own patience says. */
  const watch = async (): Promise<void> => {
    const before = isAnswering;
    isAnswering = await answers(options);
    if (before || !isAnswering) return;
    await releaseBacklog(store);
    await releaseCommands(store);
  };
  // Each goes on while the other waits: an incident that does not answer must not keep alerts from new ones.
  const relays = [
    relay(() => dispatch(() => claimDueBacklog(store, rests.incidentIds, batchSize, maxNotesPerSignal))),
    relay(() => deliverDueCommands(options)),
    relay(watch),
  ];

  return {
    wake(incidentIds, urgency) {
      for (const id of incidentIds) {
        const of = urgency?.get(id);
        if (!rests.holds(id, of?.severity)) wanted.add(id, of);
      }
      pump();
    },
    async stop() {
      stopping.abort();
      rests.stop();
      await Promise.all([...running, ...relays]);
    },
  };
}

async function answers({ client }: DispatchDeps): Promise<boolean> {
  try {
    await client.withDeadline(Date.now() + answerWithinMs, () => client.workflowService.getSystemInfo({}));
    return true;
  } catch {
    return false;
  }
}

/** Undefined when it could not be told now. */
async function tell(options: DispatcherOptions, backlog: Backlog): Promise<Told | undefined> {
  try {
    return await options.client.withDeadline(Date.now() + answerWithinMs, () => tellIncident(options, backlog));
  } catch (error) {
    options.logger.warn({ err: error, incidentId: backlog.opened.incidentId }, 'Temporal did not take the alerts');
    return undefined;
  }
}
