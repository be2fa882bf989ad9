// The sender: so many connections, each with one request under way.

import { type Connection, type Message, openConnection, requestBuilder } from '../connection.ts';
import { quantile } from '../statistics.ts';
import { serve } from './child.ts';

export interface Load extends Message {
  groups: number;
  /** Number of the first request; the others follow. */
  first: number;
  /** After so many numbers they begin anew. */
  cycle?: number;
  connections: number;
  /** Whichever comes first ends it. */
  requests?: number;
  forMs?: number;
}

export interface LoadResult {
  answered: number;
  seconds: number;
  p50Ms: number;
  p99Ms: number;
}

const methods = { send };
export type LoadMethods = typeof methods;
serve(methods);

/** Throws when an answer is no 2xx: a refusal is quick, and must not count as speed. */
async function send(load: Load): Promise<LoadResult> {
  const { groups, first, cycle = Number.POSITIVE_INFINITY, requests = Number.POSITIVE_INFINITY } = load;
  const requestOf = requestBuilder(load);
  const latencies: number[] = [];
  const url = new URL(load.url);
  const connections = await Promise.all(Array.from({ length: load.connections }, () => openConnection(url)));
  const startedAt = performance.now();
  const endsAt = startedAt + (load.forMs ?? Number.POSITIVE_INFINITY);
  let sent = 0;

  const ask = async (connection: Connection): Promise<void> => {
    while (sent < requests && performance.now() < endsAt) {
      const n = first + (sent % cycle);
      sent += 1;
      const request = requestOf(n, n % groups);
      const sentAt = performance.now();
      const { status, body } = await connection.ask(request);
      if (!status.startsWith('2')) throw new Error(`${load.url} answered ${status || 'nothing'} ${body}`);
      latencies.push(performance.now() - sentAt);
    }
  };
  try {
    await Promise.all(connections.map(ask));
  } finally {
    for (const connection of connections) connection.close();
  }
  const seconds = (performance.now() - startedAt) / 1_000;
  return {
    answered: latencies.length,
    seconds,
    p50Ms: quantile(latencies, 0.5),
    p99Ms: quantile(latencies, 0.99),
  };
}
