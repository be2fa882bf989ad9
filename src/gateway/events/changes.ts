// Hears from Postgres which incidents change: one connection for the whole process, however many people watch.

import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import type { Logger } from 'pino';
import { suppressedChannel } from '../../store/announce.ts';

/** suppressed: an alert that belongs to no incident, or a silence. resync: changes may have been missed. */
export type Change = { kind: 'incident'; incidentId: string } | { kind: 'suppressed' } | { kind: 'resync' };

export interface LiveChanges {
  /** Gives the function that ends the subscription. */
  subscribe(listener: (change: Change) => void): () => void;
  subscribers(): number;
  /** False while there is no connection; then changes are missed and a resync follows. */
  isConnected(): boolean;
  /** Aborted when the process is about to end: streams end then too. */
  closing: AbortSignal;
  close(): Promise<void>;
}

const incidentChannel = 'firebreak_incidents';
const retryMs = { first: 100, longest: 5_000 };
/** A connection that died without a word is found out by this. */
const probeMs = { every: 15_000, within: 5_000 };

export function listenForChanges({ databaseUrl, log }: { databaseUrl: string; log: Logger }): LiveChanges {
  const listeners = new Set<(change: Change) => void>();
  const closing = new AbortController();
  let connected = false;
  const tell = (change: Change): void => {
    for (const listener of listeners) listener(change);
  };

  const listenOnce = async (onListening: () => void): Promise<void> => {
    const client = new pg.Client({
      connectionString: databaseUrl,
      application_name: 'firebreak live changes',
      connectionTimeoutMillis: 3_000,
      query_timeout: probeMs.within,
      keepAlive: true,
    });
    const ended = new Promise<void>((resolve) => client.once('end', resolve));
    // The end follows; without a listener the error would end the process.
    client.on('error', () => {});
    client.on('notification', ({ channel, payload }) => {
      if (channel === suppressedChannel) tell({ kind: 'suppressed' });
      else if (payload) tell({ kind: 'incident', incidentId: payload });
    });
    try {
      await client.connect();
      await client.query(`listen ${incidentChannel}`);
      await client.query(`listen ${suppressedChannel}`);
      onListening();
      await Promise.race([ended, probe(client, closing.signal)]);
    } finally {
      // Never waited for: a dead connection may not answer its own end.
      client.end().catch(() => {});
    }
  };

  const listening = keepListening();

  async function keepListening(): Promise<void> {
    let waitMs = retryMs.first;
    let isFirst = true;
    while (!closing.signal.aborted) {
      try {
        await listenOnce(() => {
          connected = true;
          waitMs = retryMs.first;
          if (!isFirst) tell({ kind: 'resync' });
          isFirst = false;
        });
      } catch (error) {
        if (connected || isFirst)
          log.warn({ err: error }, 'Live changes are interrupted; connecting to Postgres again');
        isFirst = false;
      }
      connected = false;
      await sleep(waitMs, undefined, { signal: closing.signal }).catch(() => {});
      waitMs = Math.min(waitMs * 2, retryMs.longest);
    }
  }

  return {
    subscribe: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    subscribers: () => listeners.size,
    isConnected: () => connected,
    closing: closing.signal,
    close: async () => {
      closing.abort();
      await listening;
    },
  };
}

/** Resolves when it should end; rejects when the connection no longer answers. */
async function probe(client: pg.Client, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await sleep(probeMs.every, undefined, { signal }).catch(() => {});
    if (!signal.aborted) await client.query('select 1');
  }
}
