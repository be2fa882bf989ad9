// Taking a merged incident out again: the alerts that came with it, and those of its groups since then, go back to it, and
// it goes on by itself. In one transaction; the dispatcher finds that it has alerts that no workflow was told of.

import { sql } from 'kysely';
import type { Json } from '../core/canonical.ts';
import type { IncidentEvent } from '../core/incident/events.ts';
import { reduce } from '../core/incident/reduce.ts';
import { hasEnded } from '../core/incident/status.ts';
import { anySource } from '../core/suppression/grouping.ts';
import { appendAudit } from './audit.ts';
import { insertCommand, type NewStoreCommand, requestedEntry } from './commands.ts';
import type { Store, Trx } from './database.ts';
import { lockGroups, lockIncident } from './end-incident.ts';
import { writeEvents } from './journal.ts';
import { inRetriedTransaction } from './retried-transaction.ts';

export type Unmerged = { unmerged: true; from: string; alerts: number } | { unmerged: false; reason: string };

/** `request` is what the person asked for, as it goes on the audit log. */
export function unmergeIncident(store: Store, command: NewStoreCommand, request: Json): Promise<Unmerged> {
  const { incidentId, actor, at } = command;
  return inRetriedTransaction(store, async (trx): Promise<Unmerged> => {
    const target = await lockedTarget(trx, incidentId);
    if (target === undefined) return { unmerged: false, reason: `Incident ${incidentId} is not merged into another` };
    if (!(await insertCommand(trx, command))) return { unmerged: true, from: target, alerts: 0 };
    const row = await trx
      .selectFrom('incidents')
      .select(['state', 'state_version'])
      .where('incident_id', '=', incidentId)
      .executeTakeFirstOrThrow();
    if (!row.state) throw new Error(`Incident ${incidentId} was merged and has no state`);
    const { reason } = command.payload;
    const event: IncidentEvent = { type: 'unmerged', from: target, reason, at, actor, commandId: command.commandId };
    const alerts = await moveBack(trx, incidentId, target);
    const version = row.state_version;
    const input = { state: reduce(row.state, event), events: [event], firstEvent: row.state.nextEvent, version };
    await trx
      .updateTable('commands')
      .set({ status: 'done', finished_at: at })
      .where('command_id', '=', command.commandId)
      .execute();
    await writeEvents(trx, input);
    const gone = { at, actor, kind: 'incident_unmerged', incidentId: target, data: { from: incidentId, alerts } };
    await appendAudit(trx, [requestedEntry(command, request), gone]);
    return { unmerged: true, from: target, alerts };
  });
}

const mostMerges = 100;

/** Where its alerts are now, with all that a merge or the inbox would change locked; undefined when it is not merged. */
async function lockedTarget(trx: Trx, incidentId: string): Promise<string | undefined> {
  const chain = await mergeChain(trx, incidentId);
  const target = chain.at(-1);
  if (target === undefined || chain.length === 1) return undefined;
  await lockGroups(trx, chain);
  for (const id of [...chain].sort()) await lockIncident(trx, id);
  const now = await mergeChain(trx, incidentId);
  // The target was merged, or this one taken out, before the locks were there.
  if (now.join() !== chain.join()) throw Object.assign(new Error('Merged meanwhile'), { code: '40001' });
  return target;
}

async function mergeChain(trx: Trx, incidentId: string): Promise<string[]> {
  const chain: string[] = [];
  for (let next: string | null = incidentId; next !== null && chain.length < mostMerges; ) {
    const row: { merged_into: string | null } | undefined = await trx
      .selectFrom('incidents')
      .select('merged_into')
      .where('incident_id', '=', next)
      .executeTakeFirst();
    if (!row) break;
    chain.push(next);
    next = row.merged_into;
  }
  return chain;
}

/** How many alerts went back. */
async function moveBack(trx: Trx, incidentId: string, target: string): Promise<number> {
  const groupIds = await groupsToReturn(trx, incidentId, target);
  const { rows } = await sql<{ alert_id: string; firing: boolean }>`
    select a.alert_id, a.status = 'firing' as firing from alerts a
    where a.incident_id = ${target} and (
      exists (select from alert_events e where e.incident_id = ${incidentId} and e.alert_id = a.alert_id)
      or exists (select from incident_groups g where g.group_id = any (${groupIds}::text[])
        and g.group_key = a.normalised ->> 'groupKey' and g.source in (a.source, ${anySource})))
    order by a.received_at, a.alert_id`.execute(trx);
  const ids = rows.map(({ alert_id }) => alert_id);
  const firing = rows.filter((row) => row.firing).length;
  const { status } = await lockIncident(trx, target);
  // Nobody is there to be told when it has ended.
  if (!hasEnded(status)) await addEvents(trx, target, ids, 'left');
  await count(trx, target, -ids.length, -firing);
  await trx
    .updateTable('incidents')
    .set({ alert_count: 0, firing_count: 0 })
    .where('incident_id', '=', incidentId)
    .execute();
  await addEvents(trx, incidentId, ids, 'moved');
  await count(trx, incidentId, ids.length, firing);
  await trx
    .updateTable('alerts')
    .set({ incident_id: incidentId })
    .where('alert_id', 'in', [...ids, ''])
    .execute();
  await trx
    .updateTable('incident_groups')
    .set({ incident_id: incidentId })
    .where('group_id', 'in', [...groupIds, ''])
    .execute();
  return ids.length;
}

/** Its own group, and those of incidents that had been merged into it, as far as their alerts go to the target now. */
async function groupsToReturn(trx: Trx, incidentId: string, target: string): Promise<string[]> {
  const members = await trx
    .selectFrom('incident_groups as g')
    .innerJoin('incidents as i', (join) =>
      join.onRef('i.group_id', '=', 'g.group_id').onRef('i.generation', '=', 'g.generation'),
    )
    .select(['g.group_id', 'i.incident_id', 'i.merged_into'])
    .where('g.incident_id', '=', target)
    .execute();
  const mergedInto = new Map(members.map(({ incident_id, merged_into }) => [incident_id, merged_into]));
  const leadsHere = (id: string): boolean => {
    let next: string | null | undefined = id;
    for (let step = 0; next && next !== incidentId && step < mostMerges; step += 1) next = mergedInto.get(next);
    return next === incidentId;
  };
  return members.filter(({ incident_id }) => leadsHere(incident_id)).map(({ group_id }) => group_id);
}

/** One of each alert, as they stand. Before the counts change. */
async function addEvents(trx: Trx, incidentId: string, alertIds: string[], change: 'moved' | 'left'): Promise<void> {
  const sign = change === 'moved' ? 1 : -1;
  await sql`
    with one as (
      select alert_id, left(title, 200) as title, severity_hint,
             row_number() over (order by received_at, alert_id) as n,
             count(*) filter (where status = 'firing') over (order by received_at, alert_id) as firing
      from alerts where alert_id = any (${alertIds}::text[])
    )
    insert into alert_events (incident_id, position, alert_id, change, firing_after, note, at)
    select i.incident_id, i.last_position + n, alert_id, ${change}, i.firing_count + ${sign}::int * firing,
           jsonb_build_object('position', i.last_position + n, 'alertId', alert_id, 'change', ${change}::text,
             'firingAfter', i.firing_count + ${sign}::int * firing, 'severityHint', severity_hint, 'title', one.title),
           now()
    from one, incidents i where i.incident_id = ${incidentId}`.execute(trx);
  await sql`
    update incidents set last_position = last_position + ${alertIds.length}::int
    where incident_id = ${incidentId}`.execute(trx);
}

async function count(trx: Trx, incidentId: string, alerts: number, firing: number): Promise<void> {
  await sql`
    update incidents set alert_count = alert_count + ${alerts}::int, firing_count = firing_count + ${firing}::int,
      updated_at = now()
    where incident_id = ${incidentId}`.execute(trx);
}
