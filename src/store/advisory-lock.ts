// One process at a time, by a lock that Postgres gives up when its holder dies.

import { sql } from 'kysely';
import type { Store } from './database.ts';

/** Undefined, and nothing done, when another process holds the lock. */
export async function withAdvisoryLock<T>(store: Store, name: string, work: () => Promise<T>): Promise<T | undefined> {
  return store.connection().execute(async (connection) => {
    const taken = await sql<{ taken: boolean }>`select pg_try_advisory_lock(hashtext(${name})) as taken`.execute(
      connection,
    );
    if (!taken.rows[0]?.taken) return undefined;
    try {
      return await work();
    } finally {
      await sql`select pg_advisory_unlock(hashtext(${name}))`.execute(connection);
    }
  });
}
