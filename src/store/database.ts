// Opens Postgres for the store. Knows connections and types, no tables.

import { Kysely, PostgresDialect, type Transaction } from 'kysely';
import pg from 'pg';
import type { Database } from './schema.ts';

export type Store = Kysely<Database>;
/** A store function that must share the caller's transaction takes this. */
export type Trx = Transaction<Database>;

const int8 = 20;
// Counts and positions stay far below 2^53; a string for each would only invite mistakes.
pg.types.setTypeParser(int8, Number);

export interface OpenOptions {
  url: string;
  /** Connections at most. */
  max?: number;
  onError?: (error: Error) => void;
}

/** Bounded waits: a database that does not answer becomes an error within seconds, not a hung request. */
export function openDatabase({ url, max = 10, onError = () => {} }: OpenOptions): Store {
  const pool = new pg.Pool({
    connectionString: url,
    max,
    connectionTimeoutMillis: 3_000,
    idleTimeoutMillis: 30_000,
    statement_timeout: 15_000,
    query_timeout: 20_000,
    idle_in_transaction_session_timeout: 30_000,
    application_name: 'firebreak',
    // Only pipelined.ts sends one statement behind another; for all others it makes no difference.
    pipeline: true,
  });
  // The pool hears its idle connections only. One that is lost within a transaction would end the process, unheard.
  pool.on('connect', (client) => client.on('error', onError));
  pool.on('error', () => {});
  const store = new Kysely<Database>({ dialect: new PostgresDialect({ pool }) });
  pools.set(store, pool);
  return store;
}

const pools = new WeakMap<Store, pg.Pool>();

/** The connections of a store that `openDatabase` opened. */
export function poolOf(store: Store): pg.Pool {
  const pool = pools.get(store);
  if (!pool) throw new Error('A transaction within a transaction cannot be pipelined: pass the store itself');
  return pool;
}

/** True for errors that say that Postgres cannot be reached or is going away, so that trying again may help. */
export function isUnavailable(error: unknown): boolean {
  const code = (error as { code?: string } | null)?.code ?? '';
  const message = error instanceof Error ? error.message : '';
  return (
    /^(ECONN|ENOTFOUND|EPIPE|ETIMEDOUT|08|53|57P)/.test(code) ||
    code === 'ENOENT' ||
    /timeout|Connection terminated|connection error|Client has encountered/i.test(message)
  );
}
