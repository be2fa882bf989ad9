// Withheld alerts that are to be judged again: their time is up, or what withheld them is over. Asked of what is stored
// and not of what happened, so that no race and no crash can lose one.

import { sql } from 'kysely';
import type { Alert } from '../core/alert.ts';
import { hasEnded, incidentStatuses } from '../core/incident/status.ts';
import { type InhibitionRule, inhibitsUnder } from '../core/suppression/inhibition.ts';
import type { Store } from './database.ts';

const ended = incidentStatuses.filter(hasEnded);

/** Those that wait longest first. */
export async function withheldToJudge(store: Store, now: Date, limit: number): Promise<Alert[]> {
  const { rows } = await sql<{ normalised: Alert }>`
    select a.normalised from alerts a
    where a.look_at is not null and (
      a.look_at <= ${now}
      or (a.suppressed = 'silenced'
        and not exists (select from silences s where s.silence_id = a.suppressed_by ->> 'by' and s.ends_at > ${now}))
      or (a.suppressed = 'inhibited'
        and not exists (select from alerts i where i.alert_id = a.suppressed_by ->> 'alertId' and i.status = 'firing'))
      or (a.suppressed in ('below_threshold', 'flapping') and exists (
        select from incident_groups g join incidents i on i.incident_id = g.incident_id
        where g.group_id = a.suppressed_by ->> 'groupId' and i.status <> all(${ended}::text[]))))
    order by a.look_at, a.alert_id limit ${limit}`.execute(store);
  return rows.map(({ normalised }) => normalised);
}

/** All that a plan withholds is due once another plan is in force than the one that it was last judged by. */
export async function judgeAllBy(store: Store, planDigest: string, now: Date): Promise<void> {
  await sql`
    with another as (
      insert into withholding_review (plan_digest) values (${planDigest})
      on conflict (is_only) do update set plan_digest = excluded.plan_digest
        where withholding_review.plan_digest <> excluded.plan_digest
      returning plan_digest
    )
    update alerts set look_at = ${now}
    where look_at > ${now} and suppressed <> 'silenced' and exists (select from another)`.execute(store);
}

const atOnce = 2_000;

/**
 * A rule may have come to the plan since: alerts that fire already inhibit by it too. Those that come meanwhile are
 * looked after by the inbox.
 */
export async function addInhibitors(store: Store, rules: readonly InhibitionRule[]): Promise<void> {
  if (rules.length === 0) return;
  for (let after = ''; ; ) {
    const alerts = await store
      .selectFrom('alerts')
      .select(['alert_id', 'starts_at', 'normalised'])
      .where('alert_id', '>', after)
      .where('status', '=', 'firing')
      .orderBy('alert_id')
      .limit(atOnce)
      .execute();
    const rows = alerts.flatMap(({ alert_id, starts_at, normalised }) =>
      inhibitsUnder(normalised, rules).map(({ ruleKey, key, isTarget }) => ({
        ...{ key, alert_id, rule_key: ruleKey, is_target: isTarget, starts_at },
      })),
    );
    if (rows.length > 0) {
      await store
        .insertInto('inhibitors')
        .values(rows)
        .onConflict((conflict) => conflict.doNothing())
        .execute();
    }
    after = alerts.at(-1)?.alert_id ?? '';
    if (alerts.length < atOnce) return;
  }
}

/** Alerts that are over inhibit nothing; the inbox passes over them anyway. */
export async function removeInhibitors(store: Store): Promise<void> {
  await sql`
    delete from inhibitors i using alerts a where a.alert_id = i.alert_id and a.status = 'resolved'`.execute(store);
}
