// For what is done again when it is lost: its commit does not wait for the disk. A later one that does takes it along.

import { sql } from 'kysely';

/** A common table that the statement must read from. In force until the transaction ends. */
export const unsynced = sql`unsynced as materialized (select set_config('synchronous_commit', 'off', true))`;
