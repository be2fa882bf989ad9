// Merging and taking out again: every alert stays in exactly one incident, and counts and events say the same.

import fc from 'fast-check';
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { IncidentEvent } from '../../src/core/incident/events.ts';
import { reduce } from '../../src/core/incident/reduce.ts';
import { openIncident } from '../../src/core/incident/state.ts';
import { acceptAlerts } from '../../src/store/inbox.ts';
import { mergeIncidents } from '../../src/store/merge-incidents.ts';
import { unmergeIncident } from '../../src/store/unmerge-incident.ts';
import { alertLike, minute, requestOf } from '../support/alerts.ts';
import { type FreshDatabase, freshDatabase } from '../support/postgres.ts';
import { plannedResponse } from '../workflows/world.ts';

let db: FreshDatabase;
beforeAll(async () => {
  db = await freshDatabase();
});
afterAll(() => db.close());

let source = '';
let runs = 0;
beforeEach(() => {
  runs += 1;
  source = `source-${runs}`;
});

const accept = async (group: string, name: string, status: 'firing' | 'resolved' = 'firing') => {
  const ends = status === 'resolved' ? { endsAt: minute(9) } : {};
  const alert = alertLike({ source, groupKey: group, fingerprint: `${group}/${name}`, status, ...ends });
  return (await acceptAlerts(db.store, [requestOf([alert])]))[0]?.incidents[0] ?? '';
};
const row = (id: string) =>
  db.store.selectFrom('incidents').selectAll().where('incident_id', '=', id).executeTakeFirstOrThrow();
const at = '2026-11-24T10:00:00.000Z';

async function merge(id: string, into: string) {
  const { last_position: seenThrough, state } = await row(id);
  const opened = { incidentId: id, severity: 'high' as const, title: 'Down', impactStartedAt: at, detectedAt: at };
  const before = { ...(state ?? { ...openIncident(opened), plan: plannedResponse() }), seenThrough, mergeInto: into };
  const event = {
    type: 'status_changed',
    status: 'merged',
    reason: 'one cause',
    at,
    actor: 'firebreak',
  } as IncidentEvent;
  const input = { state: reduce(before, event), events: [event], firstEvent: before.nextEvent, version: '1' };
  return await mergeIncidents(db.store, { ...input, into });
}

let commands = 0;
const unmerge = (incidentId: string) => {
  commands += 1;
  const ids = { commandId: `c${runs}x${commands}`, incidentId, workflowId: `incident-${incidentId}` };
  const payload = { type: 'unmerge' as const, reason: 'another cause' };
  return unmergeIncident(db.store, { ...ids, payload, actor: 'key:ana', actorRole: 'responder', at }, { ...payload });
};

const alertsOf = async (id: string) =>
  (await db.store.selectFrom('alerts').select('fingerprint').where('incident_id', '=', id).execute())
    .map(({ fingerprint }) => fingerprint)
    .sort();
const changesOf = async (id: string) =>
  (
    await db.store.selectFrom('alert_events').selectAll().where('incident_id', '=', id).orderBy('position').execute()
  ).map(({ change, firing_after }) => `${change} ${firing_after}`);

test('what came with an incident, and what came for it since, goes back with it; the other one is told', async () => {
  const [into, from] = [await accept('web', 'a'), await accept('db', 'b')];
  await merge(from, into);
  expect(await accept('db', 'c')).toBe(into);
  await accept('db', 'b', 'resolved');
  expect(await unmerge(from)).toEqual({ unmerged: true, from: into, alerts: 2 });

  expect([await alertsOf(into), await alertsOf(from)]).toEqual([['web/a'], ['db/b', 'db/c']]);
  expect(await row(into)).toMatchObject({ alert_count: 1, firing_count: 1 });
  expect(await row(from)).toMatchObject({
    ...{ status: 'containment', merged_into: null, alert_count: 2, firing_count: 1, closed_at: null },
    state: { status: 'containment', plan: { verdict: { kind: 'respond' } }, mergeInto: null },
  });
  expect(await changesOf(into)).toEqual(['fired 1', 'moved 2', 'fired 3', 'resolved 2', 'left 2', 'left 1']);
  expect(await changesOf(from)).toEqual(['fired 1', 'moved 0', 'moved 1']);
  expect((await row(from)).delivered_through).toBeLessThan((await row(from)).last_position);
  expect(await accept('db', 'd')).toBe(from);
});

test('an incident that was merged into it before comes along; one that was not stays', async () => {
  const [a, b, c, d] = [await accept('a', '1'), await accept('b', '1'), await accept('c', '1'), await accept('d', '1')];
  await merge(c, b);
  await merge(b, a);
  await merge(d, a);
  expect(await unmerge(b)).toMatchObject({ from: a, alerts: 2 });
  expect([await alertsOf(a), await alertsOf(b)]).toEqual([
    ['a/1', 'd/1'],
    ['b/1', 'c/1'],
  ]);
  expect(await Promise.all(['a', 'b', 'c', 'd'].map((group) => accept(group, '2')))).toEqual([a, b, b, a]);
});

test('an incident that is not merged is left as it is', async () => {
  const id = await accept('web', 'a');
  expect(await unmerge(id)).toMatchObject({ unmerged: false });
  expect(await changesOf(id)).toEqual(['fired 1']);
});

test('what went on after the other one ended stays where it went', async () => {
  const [into, from] = [await accept('web', 'a'), await accept('db', 'b')];
  await merge(from, into);
  await db.store.updateTable('incidents').set({ status: 'closed' }).where('incident_id', '=', into).execute();
  const next = await accept('db', 'c');
  expect(await unmerge(from)).toMatchObject({ alerts: 1 });
  expect([await alertsOf(into), await alertsOf(from), await alertsOf(next)]).toEqual([['web/a'], ['db/b'], ['db/c']]);
  expect(await accept('db', 'd')).toBe(next);
});

test('whatever is merged, taken out, fired and resolved in whatever order: each alert is in one incident, and the books agree', async () => {
  const groups = ['a', 'b', 'c', 'd'];
  const step = fc.record({
    what: fc.constantFrom('fire', 'fire', 'resolve', 'merge', 'merge', 'unmerge'),
    group: fc.constantFrom(...groups),
    other: fc.constantFrom(...groups),
    name: fc.nat(3),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 25 }), async (steps) => {
      runs += 1;
      source = `random-${runs}`;
      const first = new Map<string, string>();
      for (const group of groups) first.set(group, await accept(group, 'first'));
      const own = (group: string): string => first.get(group) ?? '';
      let alerts = groups.length;
      for (const [index, { what, group, other, name }] of steps.entries()) {
        if (what === 'fire') {
          await accept(group, `${name}-${index}`);
          alerts += 1;
        } else if (what === 'resolve') await accept(group, 'first', 'resolved');
        else if (what === 'merge' && group !== other && (await row(own(group))).status !== 'merged')
          await merge(own(group), own(other));
        else if (what === 'unmerge') await unmerge(own(group));
      }
      const { rows } = await sql<{ alerts: number; wrong: number }>`
        select count(*)::int as alerts, (count(*) filter (where i.status = 'merged'))::int as wrong
        from alerts a join incidents i using (incident_id) where a.source = ${source}`.execute(db.store);
      expect(rows).toEqual([{ alerts, wrong: 0 }]);
      await checkBooks();
    }),
    { numRuns: 40 },
  );
});

/** Of those that are not merged: counts are those of their alerts, and each event tells how many fire after it. */
async function checkBooks(): Promise<void> {
  const { rows } = await sql`
    select i.incident_id from incidents i join incident_groups g using (group_id)
    cross join lateral (select count(*)::int as alerts, (count(*) filter (where status = 'firing'))::int as firing
      from alerts a where a.incident_id = i.incident_id) a
    cross join lateral (select count(*)::int as events, max(position)::int as last,
      (array_agg(firing_after order by position desc))[1] as firing_after
      from alert_events e where e.incident_id = i.incident_id) e
    where g.source = ${source} and i.status <> 'merged'
      and (i.alert_count, i.firing_count, i.last_position, e.last, e.firing_after)
        <> (a.alerts, a.firing, e.events, e.events, a.firing)`.execute(db.store);
  expect(rows).toEqual([]);
}
