// Tells everyone who listens that something changed that belongs to no incident. Incidents announce themselves; see
// migrations/0001_spine.sql.

import { sql } from 'kysely';

export const suppressedChannel = 'firebreak_suppressed';

/** Within the transaction of the change: it is heard when that commits. */
export const suppressedChanged = sql`select pg_notify(${suppressedChannel}, '')`;
