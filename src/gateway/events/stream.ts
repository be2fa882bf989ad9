// One person's stream of server-sent events. What a slow reader cannot take is not kept: it is told to read all again.

import { once } from 'node:events';
import type { Response } from 'express';
import { liveEvents } from '../../contract/api/operations.ts';
import type { Change, LiveChanges } from './changes.ts';

/** Changes within this time are sent once. */
const gatherMs = 20;
/** More changed incidents than this at once are a resync. */
const mostGathered = 1_000;
/** Browsers wait this long before they connect again. */
const reconnectMs = 2_000;
export const heartbeatMs = 15_000;

export interface StreamOptions {
  response: Response;
  changes: LiveChanges;
  /** The reader came back and may have missed something. */
  isReturning: boolean;
  /** Asked at every heartbeat: a revoked key ends its streams too. */
  stillAllowed: () => Promise<boolean>;
}

let lastEvent = 0;

/** Resolves when the reader has gone or may no longer read. */
export async function streamChanges({ response, changes, isReturning, stillAllowed }: StreamOptions): Promise<void> {
  response.status(200).set({
    'Content-Type': 'text/event-stream',
    'Cache-Control': 'no-store, no-transform',
    // Nginx would gather the events otherwise.
    'X-Accel-Buffering': 'no',
  });
  response.flushHeaders();
  response.write(`retry: ${reconnectMs}\n\n`);
  const gathered = new Set<string>();
  let hasSuppressed = false;
  let isBehind = isReturning;
  let timer: NodeJS.Timeout | undefined;

  const flush = (): void => {
    timer = undefined;
    // A reader that is slow gets what was gathered meanwhile, when it can take it.
    if (response.writableNeedDrain || response.writableEnded) return;
    const ofSuppressed = hasSuppressed ? [event(liveEvents.suppressed, {})] : [];
    const events = isBehind ? [event(liveEvents.resync, {})] : [...ofSuppressed, ...[...gathered].map(incidentEvent)];
    isBehind = false;
    hasSuppressed = false;
    gathered.clear();
    if (events.length > 0) response.write(events.join(''));
  };
  const gather = (change: Change): void => {
    if (change.kind === 'resync' || gathered.size >= mostGathered) isBehind = true;
    else if (change.kind === 'suppressed') hasSuppressed = true;
    else gathered.add(change.incidentId);
    timer ??= setTimeout(flush, gatherMs);
  };
  const beat = setInterval(async () => {
    // Not read since the last heartbeat: nobody is there.
    if (response.writableNeedDrain) response.destroy();
    else if (await stillAllowed().catch(() => true)) response.write(': still here\n\n');
    else response.end();
  }, heartbeatMs);
  const unsubscribe = changes.subscribe(gather);
  const end = (): void => void response.end();
  changes.closing.addEventListener('abort', end, { once: true });
  response.on('drain', flush);
  if (isBehind) flush();
  try {
    if (!response.closed) await once(response, 'close');
  } finally {
    unsubscribe();
    changes.closing.removeEventListener('abort', end);
    clearInterval(beat);
    clearTimeout(timer);
  }
}

const incidentEvent = (incidentId: string): string => event(liveEvents.incident, { incidentId });

function event(name: string, data: object): string {
  lastEvent += 1;
  return `id: ${lastEvent}\nevent: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
}
