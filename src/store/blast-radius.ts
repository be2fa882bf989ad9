// How many different targets were touched for real, within the transaction of an intent.

import { sql } from 'kysely';
import type { TouchedTargets } from '../core/plan/blast-radius.ts';
import type { Send } from './pipelined.ts';

export interface TouchedBy {
  incidentId: string;
  /** Names of the actions that count. */
  actions: readonly string[];
  /** ISO-8601. */
  now: string;
}

const hourMs = 3_600_000;

/** One after the other until the transaction ends: two that count at once would both find room for the last target. */
export async function countTouchedTargets(
  send: Send,
  { incidentId, actions, now }: TouchedBy,
): Promise<TouchedTargets> {
  void send(sql`select pg_advisory_xact_lock(hashtext('blast-radius'))`);
  const since = new Date(Date.parse(now) - hourMs);
  const [counted] = await send(sql<TouchedTargets>`
    select count(distinct target) filter (where incident_id = ${incidentId})::int as "inIncident",
           count(distinct target) filter (where intent_at > ${since})::int as "inHour"
    from effects
    where role = 'apply' and mode = 'live' and intent_at is not null
      and (incident_id = ${incidentId} or intent_at > ${since})
      and effect->>'action' = any(${actions})`);
  return counted ?? { inIncident: 0, inHour: 0 };
}
