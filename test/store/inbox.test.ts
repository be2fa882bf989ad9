import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { alertId } from '../../src/core/ids.ts';
import { acceptAlerts } from '../../src/store/inbox.ts';
import { alertLike, minute, requestOf, startOfTestMs } from '../support/alerts.ts';
import { type FreshDatabase, freshDatabase } from '../support/postgres.ts';

let db: FreshDatabase;
beforeAll(async () => {
  db = await freshDatabase();
});
afterAll(() => db.close());

let source = '';
let count = 0;
beforeEach(() => {
  count += 1;
  source = `source-${count}`;
});

const firing = (alert: Parameters<typeof alertLike>[0] = {}) => alertLike({ source, ...alert });
const resolved = (alert: Parameters<typeof alertLike>[0] = {}) =>
  alertLike({ source, status: 'resolved', endsAt: minute(10), ...alert });

async function accept(...requests: Parameters<typeof requestOf>[]) {
  return acceptAlerts(
    db.store,
    requests.map((request) => requestOf(...request)),
  );
}

async function acceptOne(...request: Parameters<typeof requestOf>) {
  const [result] = await accept(request);
  if (!result) throw new Error('no result');
  return result;
}

const incidents = () =>
  db.store
    .selectFrom('incidents')
    .innerJoin('incident_groups', 'incident_groups.group_id', 'incidents.group_id')
    .selectAll('incidents')
    .where('source', '=', source)
    .orderBy('incidents.generation')
    .execute();

const alerts = () =>
  db.store
    .selectFrom('alerts')
    .selectAll()
    .where('source', '=', source)
    .orderBy('starts_at')
    .orderBy('alert_id')
    .execute();

const events = async (incidentId: string | undefined) =>
  (
    await db.store
      .selectFrom('alert_events')
      .selectAll()
      .where('incident_id', '=', incidentId ?? '')
      .orderBy('position')
      .execute()
  ).map(({ position, change, firing_after, alert_id }) => ({
    position,
    change,
    firing: firing_after,
    alertId: alert_id,
  }));

const audit = async () =>
  (
    await db.store
      .selectFrom('audit_entries')
      .select(['kind', 'body', 'incident_id'])
      .where('actor', '=', `source:${source}`)
      .orderBy('seq')
      .execute()
  ).map(({ kind, body, incident_id }) => ({ kind, incidentId: incident_id, data: JSON.parse(body).data }));

const rawBodies = () => db.store.selectFrom('raw_alerts').selectAll().where('source', '=', source).execute();

test('a new alert opens an incident, with its first event, its body and its audit entries', async () => {
  const alert = firing({
    severityHint: 'high',
    entities: [{ kind: 'service', value: 'checkout' }],
    startsAt: minute(3),
  });
  const result = await acceptOne([alert]);
  const [incident] = await incidents();
  const id = incident?.incident_id ?? '';
  expect(result).toEqual({ accepted: 1, duplicates: 0, withheld: 0, incidents: [id], changed: [id], opened: [id] });
  expect(incident).toMatchObject({
    ...{ status: 'triage', severity: 'high', title: alert.title, service: 'checkout', generation: 1 },
    ...{ alert_count: 1, firing_count: 1, repeat_count: 0, last_position: 1, delivered_through: 0 },
  });
  expect(incident?.impact_started_at.toISOString()).toBe(minute(3));
  expect(incident?.opened_at.getTime()).toBe(startOfTestMs + 3_600_000);
  expect(await alerts()).toMatchObject([
    { alert_id: alertId(alert), status: 'firing', incident_id: id, normalised: alert },
  ]);
  expect(await events(id)).toEqual([{ position: 1, change: 'fired', firing: 1, alertId: alertId(alert) }]);
  expect((await rawBodies()).map(({ body }) => JSON.parse(body.toString()))).toEqual([[alert]]);
  expect(await audit()).toMatchObject([
    { kind: 'incident_opened', incidentId: id, data: { title: alert.title, severity: 'high', generation: 1 } },
    {
      ...{ kind: 'alerts_accepted', incidentId: id },
      data: { count: 1, requests: [{ alerts: [{ alertId: alertId(alert), change: 'fired' }] }] },
    },
  ]);
});

test('a repeat changes nothing but counts', async () => {
  await acceptOne([firing()]);
  const before = await incidents();
  const result = await acceptOne([firing({ title: 'Other words for the same' })]);
  const id = before[0]?.incident_id ?? '';
  expect(result).toEqual({ accepted: 0, duplicates: 1, withheld: 0, incidents: [id], changed: [], opened: [] });
  expect(await incidents()).toEqual([{ ...before[0], repeat_count: 1 }]);
  expect(await alerts()).toMatchObject([{ title: 'CPU is high on web-1', repeat_count: 1 }]);
  expect(await events(id)).toHaveLength(1);
  expect(await audit()).toHaveLength(2);
  expect(await rawBodies()).toHaveLength(1);
});

test('a resolved alert ends its firing in the same incident, once', async () => {
  await acceptOne([firing()]);
  const first = await acceptOne([resolved()]);
  const again = await acceptOne([resolved()]);
  expect([first.accepted, first.duplicates, again.accepted, again.duplicates]).toEqual([1, 0, 0, 1]);
  const [incident] = await incidents();
  expect(incident).toMatchObject({ firing_count: 0, alert_count: 1, last_position: 2, repeat_count: 1 });
  expect(await events(incident?.incident_id)).toMatchObject([
    { change: 'fired', firing: 1 },
    { change: 'resolved', firing: 0 },
  ]);
  const [alert] = await alerts();
  expect(alert?.ends_at?.toISOString()).toBe(minute(10));
  expect(alert?.normalised).toMatchObject({ status: 'resolved', endsAt: minute(10) });
});

test('a resolved alert whose firing was never seen opens nothing, and its late firing is a duplicate', async () => {
  expect(await acceptOne([resolved()])).toMatchObject({ accepted: 1, incidents: [], opened: [] });
  expect(await acceptOne([firing()])).toMatchObject({ accepted: 0, duplicates: 1, incidents: [] });
  expect(await alerts()).toMatchObject([{ status: 'resolved', incident_id: null, suppressed: 'resolved_unseen' }]);
  expect(await incidents()).toEqual([]);
  expect(await audit()).toMatchObject([{ kind: 'alerts_accepted', incidentId: null }]);
});

test('a stale firing after its resolved is a duplicate', async () => {
  await accept([[firing()]], [[resolved()]]);
  expect(await acceptOne([firing()])).toMatchObject({ accepted: 0, duplicates: 1 });
  expect(await incidents()).toMatchObject([{ firing_count: 0, last_position: 2 }]);
});

test('a newer episode supersedes the one that still fires, without a moment of quiet in between', async () => {
  await acceptOne([firing()]);
  await acceptOne([firing({ startsAt: minute(5) })]);
  const [incident] = await incidents();
  expect(incident).toMatchObject({ alert_count: 2, firing_count: 1 });
  expect(await events(incident?.incident_id)).toMatchObject([
    { change: 'fired', firing: 1 },
    { change: 'fired', firing: 2 },
    { change: 'resolved', firing: 1 },
  ]);
  expect(await alerts()).toMatchObject([{ status: 'resolved' }, { status: 'firing' }]);
});

test('a resolved alert whose start was moved back ends the episode that it covers', async () => {
  await acceptOne([firing({ startsAt: minute(5) })]);
  const result = await acceptOne([resolved({ startsAt: minute(2), endsAt: minute(9) })]);
  const [incident] = await incidents();
  expect(result).toMatchObject({ accepted: 1, incidents: [incident?.incident_id] });
  expect(incident).toMatchObject({ firing_count: 0 });
});

test('a resolved alert of an older episode leaves the newer one firing', async () => {
  await acceptOne([firing({ startsAt: minute(20) })]);
  await acceptOne([resolved({ startsAt: minute(0), endsAt: minute(10) })]);
  expect(await incidents()).toMatchObject([{ firing_count: 1 }]);
});

test('a firing that began before a known end is kept, and opens nothing', async () => {
  await accept([[firing()]], [[resolved({ endsAt: minute(30) })]]);
  expect(await acceptOne([firing({ startsAt: minute(20) })])).toMatchObject({ accepted: 1, incidents: [] });
  expect(await alerts()).toMatchObject([{ suppressed: null }, { suppressed: 'stale', status: 'resolved' }]);
});

test('the end that a sender claims counts no further than its receipt', async () => {
  const atMs = startOfTestMs + 15 * 60_000;
  await accept([[firing()]], [[resolved({ endsAt: minute(60 * 24) })], { receivedAtMs: atMs }]);
  expect(await acceptOne([firing({ startsAt: minute(16) })])).toMatchObject({
    accepted: 1,
    incidents: [expect.any(String)],
  });
});

test('alerts of a group share its incident until that ends; then the next generation opens', async () => {
  await acceptOne([firing(), firing({ fingerprint: 'disk-full' })]);
  const [first] = await incidents();
  await db.store
    .updateTable('incidents')
    .set({ status: 'closed' })
    .where('incident_id', '=', first?.incident_id ?? '')
    .execute();
  const repeat = await acceptOne([firing()]);
  const next = await acceptOne([firing({ fingerprint: 'memory-low' })]);
  const [, second] = await incidents();
  expect(repeat).toMatchObject({ duplicates: 1, incidents: [first?.incident_id], opened: [] });
  expect(next).toMatchObject({ accepted: 1, incidents: [second?.incident_id], opened: [second?.incident_id] });
  expect(second).toMatchObject({ generation: 2, alert_count: 1 });
});

test('an alert that resolves after its incident ended is counted there, and told to nobody', async () => {
  await acceptOne([firing()]);
  const [incident] = await incidents();
  const id = incident?.incident_id ?? '';
  await db.store.updateTable('incidents').set({ status: 'closed' }).where('incident_id', '=', id).execute();
  expect(await acceptOne([resolved()])).toMatchObject({ accepted: 1, incidents: [id] });
  expect(await incidents()).toMatchObject([{ firing_count: 0, last_position: 1 }]);
});

test('alerts follow a merge, new ones and resolved ones', async () => {
  await accept([[firing()]], [[firing({ fingerprint: 'other', groupKey: 'other' })]]);
  const ids = new Map((await incidents()).map((incident) => [incident.group_id, incident.incident_id]));
  const [from = '', into = ''] = ids.values();
  await db.store
    .updateTable('incidents')
    .set({ status: 'merged', merged_into: into })
    .where('incident_id', '=', from)
    .execute();
  const [moved] = (await alerts()).filter(({ incident_id }) => incident_id === from);
  const groupKey = moved?.normalised.groupKey ?? '';
  const result = await acceptOne([
    { ...firing({ fingerprint: 'third', groupKey }) },
    resolved({ fingerprint: moved?.fingerprint ?? '', groupKey }),
  ]);
  expect(result).toMatchObject({ accepted: 2, incidents: [into], opened: [] });
  expect(await events(into)).toMatchObject([{ change: 'fired' }, { change: 'fired' }, { change: 'resolved' }]);
});

test('alerts that wait for a merge to commit go where it leads', async () => {
  await accept([[firing()]], [[firing({ fingerprint: 'other', groupKey: 'other' })]]);
  const [from, into] = (await alerts()).map(({ incident_id }) => incident_id ?? '');
  const fingerprint = (await alerts())[0]?.fingerprint ?? '';
  let accepted: ReturnType<typeof acceptOne> | undefined;
  await db.store.transaction().execute(async (trx) => {
    await trx
      .updateTable('incidents')
      .set({ status: 'merged', merged_into: into ?? '' })
      .where('incident_id', '=', from ?? '')
      .execute();
    accepted = acceptOne([resolved({ fingerprint })]);
    await waitUntilBlocked();
  });
  expect(await accepted).toMatchObject({ accepted: 1, incidents: [into] });
  expect(await events(into)).toMatchObject([{ change: 'fired' }, { change: 'resolved' }]);
});

test('a batch that Postgres ends because of a deadlock is done again', async () => {
  await acceptOne([firing()]);
  let accepted: ReturnType<typeof acceptOne> | undefined;
  await db.store.transaction().execute(async (trx) => {
    // Whoever looks first is the victim.
    await sql`set local deadlock_timeout = '20s'`.execute(trx);
    await sql`select 1 from incidents where status = 'triage' for update`.execute(trx);
    accepted = acceptOne([resolved()]);
    await waitUntilBlocked();
    await sql`select pg_advisory_xact_lock(hashtextextended(${`firebreak.inbox.${source}`}, 0))`.execute(trx);
  });
  expect(await accepted).toMatchObject({ accepted: 1 });
  expect(await incidents()).toMatchObject([{ firing_count: 0 }]);
});

async function waitUntilBlocked(): Promise<void> {
  for (;;) {
    const { rows } =
      await sql`select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`.execute(
        db.store,
      );
    if (rows.length > 0) return;
  }
}

test('a delivery that came before is a duplicate as a whole, whatever its body says', async () => {
  await acceptOne([firing()], { deliveryId: 'msg_1' });
  const other = firing({ fingerprint: 'other' });
  expect(await acceptOne([firing(), other], { deliveryId: 'msg_1' })).toMatchObject({ accepted: 0, duplicates: 2 });
  const [first, second] = await accept([[other], { deliveryId: 'msg_2' }], [[other], { deliveryId: 'msg_2' }]);
  expect([first?.accepted, second?.accepted]).toEqual([1, 0]);
  expect(await alerts()).toHaveLength(2);
  expect((await rawBodies()).map(({ delivery_id }) => delivery_id).sort()).toEqual(['msg_1', 'msg_2']);
});

test('an alert without a start joins the episode that fires, and opens a new one after that ended', async () => {
  const assumed = (minutes: number, status: 'firing' | 'resolved') =>
    alertLike({ source, status, startsAt: minute(minutes), startsAtAssumed: true });
  const at = (minutes: number) => ({ receivedAtMs: startOfTestMs + minutes * 60_000 });
  const accepted = [];
  for (const [minutes, status] of [
    [1, 'firing'],
    [2, 'firing'],
    [3, 'resolved'],
    [4, 'resolved'],
    [5, 'firing'],
  ] as const) {
    accepted.push((await acceptOne([assumed(minutes, status)], at(minutes))).accepted);
  }
  expect(accepted).toEqual([1, 0, 1, 0, 1]);
  expect(await alerts()).toMatchObject([{ status: 'resolved' }, { status: 'firing' }]);
  expect(await incidents()).toMatchObject([{ alert_count: 2, firing_count: 1 }]);
});

test('episodes without a start stay apart even within one millisecond', async () => {
  const assumed = (status: 'firing' | 'resolved') =>
    alertLike({ source, status, startsAt: minute(1), startsAtAssumed: true });
  const at = { receivedAtMs: startOfTestMs + 60_000 };
  await accept([[assumed('firing'), assumed('resolved'), assumed('firing')], at]);
  expect(await alerts()).toMatchObject([{ status: 'resolved' }, { status: 'firing' }]);
});

test('an alert that comes by two receivers belongs to the incident of the first', async () => {
  const [first, second] = await accept([[firing({ groupKey: 'team-a' })]], [[firing({ groupKey: 'team-b' })]]);
  expect(second).toEqual({
    accepted: 0,
    duplicates: 1,
    withheld: 0,
    incidents: first?.incidents,
    changed: [],
    opened: [],
  });
  expect(await incidents()).toHaveLength(1);
});

test('what a storm tells an incident stays small, whatever its alerts hold', async () => {
  const entities = Array.from({ length: 50 }, (_, index) => ({ kind: 'host' as const, value: `${index}`.repeat(150) }));
  const {
    incidents: [id = ''],
  } = await acceptOne([firing({ title: '\u{1f525}'.repeat(150), entities })]);
  const { rows } = await sql<{
    bytes: number;
  }>`select octet_length(note::text) as bytes from alert_events where incident_id = ${id}`.execute(db.store);
  expect(rows[0]?.bytes).toBeLessThan(1_000);
});

test('a batch is stored as a whole or not at all', async () => {
  const poison = firing({ fingerprint: 'poison', title: 'half a pair \ud800' });
  await expect(accept([[firing()]], [[poison]])).rejects.toThrow();
  expect(await alerts()).toEqual([]);
  expect(await incidents()).toEqual([]);
});
