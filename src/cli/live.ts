// What changed, as it changes: ids of incidents out of /api/events, for as long as someone listens. Reconnects.

import { setTimeout as sleep } from 'node:timers/promises';
import { incidentChanged, liveEvents } from '../contract/api/index.ts';
import type { Client } from './client.ts';
import { CliError } from './errors.ts';
import { readEvents } from './sse.ts';

export type Change =
  /** Connected, again or for the first time, or changes were missed: read everything. `at` is the server's clock. */
  { kind: 'resync'; at: Date } | { kind: 'incident'; incidentId: string };

export interface LiveOptions {
  signal: AbortSignal;
  /** Told once for each connection that was lost. */
  onLost(reason: string): void;
  /** Default 10 minutes without a connection; then CliError `connection_lost`. */
  giveUpAfterMs?: number;
  retryMs?: number;
}

const longestRetryMs = 10_000;

/** Ends when `signal` aborts. What is refused at the first connection is thrown. */
export async function* liveChanges(client: Client, options: LiveOptions): AsyncGenerator<Change, void, undefined> {
  const { signal, onLost, giveUpAfterMs = 600_000, retryMs = 1_000 } = options;
  let lostAtMs: number | undefined;
  let waitMs = retryMs;
  let hasConnected = false;
  while (!signal.aborted) {
    try {
      for await (const change of connection(client, signal)) {
        hasConnected = true;
        lostAtMs = undefined;
        waitMs = retryMs;
        yield change;
      }
      throw new CliError('connection_lost', 'the server ended the connection');
    } catch (error) {
      if (signal.aborted) return;
      if (!hasConnected || isRefusal(error)) throw error;
      if (lostAtMs === undefined) onLost((error as Error).message);
      lostAtMs ??= Date.now();
      if (Date.now() - lostAtMs > giveUpAfterMs) {
        throw new CliError('connection_lost', `No connection for ${giveUpAfterMs / 60_000} minutes; giving up`);
      }
      await sleep(waitMs, undefined, { signal }).catch(() => {});
      waitMs = Math.min(waitMs * 2, longestRetryMs);
    }
  }
}

// The server says every 15 s that it is still there.
const silenceMs = 45_000;

async function* connection(client: Client, signal: AbortSignal): AsyncGenerator<Change, void, undefined> {
  const silence = new AbortController();
  const timer = setTimeout(() => silence.abort(new CliError('connection_lost', 'the server fell silent')), silenceMs);
  try {
    const response = await client.http.stream('/api/events', {
      accept: 'text/event-stream',
      signal: AbortSignal.any([signal, silence.signal]),
    });
    yield* changesIn(response, () => timer.refresh());
  } finally {
    clearTimeout(timer);
  }
}

async function* changesIn(response: Response, onBytes: () => void): AsyncGenerator<Change, void, undefined> {
  const at = new Date(response.headers.get('date') ?? Date.now());
  yield { kind: 'resync', at };
  if (!response.body) return;
  for await (const { event, data } of readEvents(noticing(response.body, onBytes))) {
    if (event === liveEvents.resync) yield { kind: 'resync', at };
    if (event === liveEvents.incident) {
      yield { kind: 'incident', incidentId: incidentChanged.parse(JSON.parse(data)).incidentId };
    }
  }
}

async function* noticing(chunks: AsyncIterable<Uint8Array>, onBytes: () => void): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) {
    onBytes();
    yield chunk;
  }
}

// The key was revoked meanwhile: trying again does not help.
const isRefusal = (error: unknown): boolean =>
  error instanceof CliError && /^(authentication_required|key_invalid|role_|forbidden)/.test(error.code);
