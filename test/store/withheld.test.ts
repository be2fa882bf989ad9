// Silences, maintenance windows and inhibition against a real database: what is withheld, what is told of it, and that
// what still fires afterwards becomes an incident.

import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Alert } from '../../src/core/alert.ts';
import { rules } from '../../src/core/plan/rules.ts';
import { type WithholdingRules, withholdingRules } from '../../src/core/suppression/judge.ts';
import { reviewWithheld } from '../../src/service/withheld.ts';
import { acceptAlerts } from '../../src/store/inbox.ts';
import { createSilence, expireSilence } from '../../src/store/silences.ts';
import { addInhibitors, judgeAllBy, removeInhibitors } from '../../src/store/withheld.ts';
import { alertLike, minute, requestOf, startOfTestMs } from '../support/alerts.ts';
import { type FreshDatabase, freshDatabase } from '../support/postgres.ts';

let db: FreshDatabase;
beforeAll(async () => {
  db = await freshDatabase();
});
afterAll(() => db.close());

let source = '';
let count = 0;
beforeEach(async () => {
  // What other tests left withheld is not to be reviewed here.
  await db.store.updateTable('alerts').set({ look_at: null }).where('look_at', 'is not', null).execute();
  count += 1;
  source = `source-${count}`;
});

const withRules = (more: object): WithholdingRules =>
  withholdingRules(rules.parse({ rules: [], default: { playbook: 'unknown' }, ...more }));
const none = withRules({});
const critical = (): WithholdingRules =>
  withRules({
    inhibit: [
      {
        name: 'critical-first',
        source: ['severity="critical"', `@source="${source}"`],
        target: ['severity=~"warning|info"'],
        equal: ['cluster'],
      },
    ],
  });

const firing = (labels: Record<string, string>, alert: Partial<Alert> = {}): Alert =>
  alertLike({ source, fingerprint: JSON.stringify(labels), groupKey: labels.alertname ?? 'g', labels, ...alert });
const resolved = (labels: Record<string, string>): Alert => firing(labels, { status: 'resolved', endsAt: minute(30) });
const accept = async (alerts: Alert[], withholding = none, receivedAtMs = startOfTestMs + 3_600_000) => {
  const [result] = await acceptAlerts(db.store, [requestOf(alerts, { receivedAtMs })], { rules: withholding });
  if (!result) throw new Error('No result');
  return result;
};

/** An hour from the start of the tests, unless told otherwise. Postgres' own clock is beyond all of it. */
async function silence(matchers: string[], { fromMs = startOfTestMs, forMs = 86_400_000 } = {}): Promise<string> {
  const silenceId = `silence${count}x${matchers.length}`;
  const times = { startsAt: new Date(fromMs).toISOString(), endsAt: new Date(Date.now() + forMs).toISOString() };
  const at = new Date(startOfTestMs).toISOString();
  await createSilence(db.store, { silenceId, matchers, owner: 'key:ana', reason: 'moving disks', at, ...times });
  return silenceId;
}

const stored = async () =>
  await db.store
    .selectFrom('alerts')
    .select(['alert_id', 'status', 'suppressed', 'suppressed_by', 'incident_id', 'look_at'])
    .select(sql<string>`normalised->'labels'->>'alertname'`.as('name'))
    .where('source', '=', source)
    .orderBy('name')
    .execute();
const audited = async () =>
  (
    await db.store
      .selectFrom('audit_entries')
      .select('body')
      .where((eb) => eb.or([eb('actor', '=', `source:${source}`), eb('kind', '=', 'alerts_reconsidered')]))
      .orderBy('seq')
      .execute()
  ).map(({ body }) => JSON.parse(body));

test('a silenced alert is stored with who silenced it and why, and opens no incident', async () => {
  const id = await silence([`@source="${source}"`, 'alertname="DiskFull"']);
  const result = await accept([firing({ alertname: 'DiskFull' }), firing({ alertname: 'Other' })]);
  expect(result).toMatchObject({ accepted: 2, withheld: 1, incidents: [expect.any(String)] });
  const [disk, other] = await stored();
  expect(disk).toMatchObject({
    status: 'firing',
    incident_id: null,
    suppressed: 'silenced',
    suppressed_by: { why: 'silenced', by: id, owner: 'key:ana', reason: 'moving disks' },
  });
  expect(other).toMatchObject({ suppressed: null, suppressed_by: null, look_at: null });
  const entries = await audited();
  const changes = entries.flatMap(({ data }) => data.requests ?? []).flatMap((request) => request.alerts);
  expect(changes).toContainEqual({
    alertId: disk?.alert_id,
    change: 'silenced',
    withheld: expect.objectContaining({ by: id, reason: 'moving disks' }),
  });
});

test('repeats of a silenced alert are counted; a resolved one passes and ends it', async () => {
  await silence([`@source="${source}"`]);
  await accept([firing({ alertname: 'A' })]);
  expect(await accept([firing({ alertname: 'A' })])).toMatchObject({ accepted: 0, duplicates: 1, withheld: 0 });
  expect(await accept([resolved({ alertname: 'A' })])).toMatchObject({ accepted: 1, incidents: [] });
  expect(await stored()).toMatchObject([{ status: 'resolved', suppressed: 'silenced', look_at: null }]);
  expect(await reviewWithheld(db.store, none, new Date(Date.now() + 10 * 86_400_000))).toEqual([]);
});

test('alerts of an incident that is open resolve under a silence as always', async () => {
  const { incidents } = await accept([firing({ alertname: 'A' })]);
  await silence([`@source="${source}"`]);
  expect(await accept([resolved({ alertname: 'A' })])).toMatchObject({ accepted: 1, incidents });
});

test('what still fires when its silence ends becomes an incident, once', async () => {
  const id = await silence([`@source="${source}"`]);
  await accept([firing({ alertname: 'A' }), firing({ alertname: 'B' }), resolved({ alertname: 'B' })]);
  expect(await reviewWithheld(db.store, none, new Date())).toEqual([]);
  expect(await expireSilence(db.store, id, 'key:bo', new Date().toISOString())).toBe(true);
  const opened = await reviewWithheld(db.store, none, new Date());
  expect(opened).toHaveLength(1);
  expect(await stored()).toMatchObject([
    { name: 'A', incident_id: opened[0], suppressed: null, suppressed_by: { by: id }, look_at: null },
    { name: 'B', incident_id: null, suppressed: 'silenced' },
  ]);
  expect(await reviewWithheld(db.store, none, new Date())).toEqual([]);
  expect((await audited()).at(-1)).toMatchObject({
    kind: 'alerts_reconsidered',
    actor: 'firebreak',
    incidentId: opened[0],
  });
});

test('a silence that is over by its time releases too, and a repeat need not wait for the review', async () => {
  await silence([`@source="${source}"`], { forMs: 60_000 });
  await accept([firing({ alertname: 'A' }), firing({ alertname: 'B' })]);
  const later = Date.now() + 61_000;
  const repeated = await accept([firing({ alertname: 'A' })], none, later);
  expect(repeated).toMatchObject({ accepted: 1, duplicates: 0, opened: [expect.any(String)] });
  expect(await reviewWithheld(db.store, none, new Date(later))).toHaveLength(1);
  expect((await stored()).map(({ suppressed }) => suppressed)).toEqual([null, null]);
});

test('a silence that is to come withholds nothing yet', async () => {
  await silence([`@source="${source}"`], { fromMs: startOfTestMs + 7_200_000 });
  expect(await accept([firing({ alertname: 'A' })])).toMatchObject({ withheld: 0, opened: [expect.any(String)] });
});

test('a maintenance window of the plan withholds, with its owner, and another plan releases', async () => {
  const window = { name: 'move', reason: 'New racks', owner: 'dba', match: [`@source="${source}"`] };
  const plan = withRules({ maintenance: [{ ...window, until: new Date(Date.now() + 86_400_000).toISOString() }] });
  expect(await accept([firing({ alertname: 'A' })], plan)).toMatchObject({ withheld: 1 });
  expect(await stored()).toMatchObject([{ suppressed: 'maintenance', suppressed_by: { by: 'move', owner: 'dba' } }]);
  expect(await reviewWithheld(db.store, plan, new Date())).toEqual([]);
  await judgeAllBy(db.store, 'another plan', new Date());
  expect(await reviewWithheld(db.store, none, new Date())).toHaveLength(1);
});

test('a gateway that starts again with the same plan judges nothing out of its turn', async () => {
  const plan = withRules({
    ...{
      groups: [
        { name: 'logins', match: ['kind="login"'], group_by: ['host'], threshold: { at_least: 3, within: '1d' } },
      ],
    },
    ...{
      inhibit: [{ name: 'critical', source: ['severity="critical"'], target: ['severity="warning"'], equal: ['host'] }],
    },
  });
  await judgeAllBy(db.store, 'this plan', new Date());
  await accept([firing({ alertname: 'Login', kind: 'login', severity: 'warning', host: 'db-1' })], plan);
  await accept([firing({ alertname: 'Down', severity: 'critical', host: 'db-1' })], plan);
  const suppressed = async () => (await stored()).find(({ suppressed: why }) => why !== null)?.suppressed;
  await judgeAllBy(db.store, 'this plan', new Date());
  await reviewWithheld(db.store, plan, new Date());
  expect(await suppressed()).toBe('below_threshold');
  await judgeAllBy(db.store, 'a plan that was reloaded', new Date());
  await reviewWithheld(db.store, plan, new Date());
  expect(await suppressed()).toBe('inhibited');
});

test('an alert is inhibited while another fires, wherever that stands in the batch; both sides equal in the labels', async () => {
  const plan = critical();
  const result = await accept(
    [
      firing({ alertname: 'A', severity: 'warning', cluster: 'eu' }),
      firing({ alertname: 'B', severity: 'warning', cluster: 'us' }),
      firing({ alertname: 'C', severity: 'critical', cluster: 'eu' }),
    ],
    plan,
  );
  expect(result).toMatchObject({ accepted: 3, withheld: 1 });
  expect(result.incidents).toHaveLength(2);
  const [a, , c] = await stored();
  expect(a).toMatchObject({ suppressed: 'inhibited', suppressed_by: { by: 'critical-first', alertId: c?.alert_id } });
  const later = await accept([firing({ alertname: 'D', severity: 'info', cluster: 'eu' })], plan);
  expect(later).toMatchObject({ withheld: 1, incidents: [] });
});

test('what is inhibited becomes an incident when the inhibiting alert ends before it does', async () => {
  const plan = critical();
  await accept([firing({ alertname: 'C', severity: 'critical' })], plan);
  await accept(
    [firing({ alertname: 'A', severity: 'warning' }), firing({ alertname: 'B', severity: 'warning' })],
    plan,
  );
  await accept([resolved({ alertname: 'B', severity: 'warning' })], plan);
  expect(await reviewWithheld(db.store, plan, new Date())).toEqual([]);
  await accept([resolved({ alertname: 'C', severity: 'critical' })], plan);
  const opened = await reviewWithheld(db.store, plan, new Date());
  expect(opened).toHaveLength(1);
  expect(await stored()).toMatchObject([
    { name: 'A', incident_id: opened[0], suppressed: null },
    { name: 'B', incident_id: null, suppressed: 'inhibited' },
    { name: 'C', status: 'resolved' },
  ]);
  await removeInhibitors(db.store);
  expect(await db.store.selectFrom('inhibitors').selectAll().execute()).toEqual(
    await db.store
      .selectFrom('inhibitors')
      .innerJoin('alerts', 'alerts.alert_id', 'inhibitors.alert_id')
      .selectAll('inhibitors')
      .where('alerts.status', '=', 'firing')
      .execute(),
  );
});

test('an alert goes on inhibiting while many newer ones end, in other batches or in the same one', async () => {
  const plan = critical();
  const newer = Array.from({ length: 60 }, (_, number) => ({ alertname: `N${number}`, severity: 'critical' }));
  await accept([firing({ alertname: 'C', severity: 'critical' })], plan);
  await accept(
    newer.map((labels) => firing(labels, { startsAt: minute(1) })),
    plan,
  );
  await accept(newer.slice(0, 30).map(resolved), plan);
  expect(await accept([firing({ alertname: 'A', severity: 'warning' })], plan)).toMatchObject({ withheld: 1 });
  const last = [...newer.slice(30).map(resolved), firing({ alertname: 'B', severity: 'warning' })];
  expect(await accept(last, plan)).toMatchObject({ withheld: 1 });
  await accept([resolved({ alertname: 'C', severity: 'critical' })], plan);
  expect(await accept([firing({ alertname: 'D', severity: 'warning' })], plan)).toMatchObject({ withheld: 0 });
});

test('a delivery that comes again may release what it tells of, and its body is kept once', async () => {
  const plan = critical();
  await accept(
    [firing({ alertname: 'C', severity: 'critical' }), firing({ alertname: 'A', severity: 'warning' })],
    plan,
  );
  const alerts = [resolved({ alertname: 'C', severity: 'critical' }), firing({ alertname: 'A', severity: 'warning' })];
  const once = () => acceptAlerts(db.store, [requestOf(alerts, { deliveryId: 'msg_1' })], { rules: plan });
  await acceptAlerts(db.store, [requestOf([...alerts].slice(0, 1), { deliveryId: 'msg_1' })], { rules: plan });
  expect(await once()).toMatchObject([{ accepted: 1, duplicates: 1, opened: [expect.any(String)] }]);
  const bodies = await db.store.selectFrom('raw_alerts').select('delivery_id').where('source', '=', source).execute();
  expect(bodies.filter((body) => body.delivery_id === 'msg_1')).toHaveLength(1);
});

test('an inhibiting alert that nobody ever resolves does so no longer than the rule says', async () => {
  const plan = critical();
  await accept([firing({ alertname: 'C', severity: 'critical' }), firing({ alertname: 'A', severity: 'info' })], plan);
  const weekLaterMs = startOfTestMs + 8 * 86_400_000;
  expect(await reviewWithheld(db.store, plan, new Date(weekLaterMs))).toHaveLength(1);
});

test('an alert that both sides match is not inhibited by itself nor by another such one', async () => {
  const both = withRules({
    inhibit: [{ name: 'both', source: ['severity=~"critical|warning"'], target: ['severity="warning"'] }],
  });
  const pair = [firing({ alertname: 'A', severity: 'warning' }), firing({ alertname: 'B', severity: 'warning' })];
  expect(await accept(pair, both)).toMatchObject({ withheld: 0 });
  expect(await accept([firing({ alertname: 'C', severity: 'critical' })], both)).toMatchObject({ withheld: 0 });
  expect(await accept([firing({ alertname: 'D', severity: 'warning' })], both)).toMatchObject({ withheld: 1 });
});

test('a rule that is new to the plan counts alerts that fire already', async () => {
  await accept([firing({ alertname: 'C', severity: 'critical' })]);
  const plan = critical();
  await addInhibitors(db.store, plan.inhibit);
  expect(await accept([firing({ alertname: 'A', severity: 'warning' })], plan)).toMatchObject({ withheld: 1 });
});

const bursts = (): WithholdingRules =>
  withRules({
    groups: [
      {
        name: `logins-${count}`,
        match: [`@source=~"${source}.*"`, 'alertname=~"Login.*"'],
        group_by: ['host'],
        across_sources: true,
        threshold: { at_least: 3, within: '10m' },
      },
    ],
  });

test('fewer alerts than the threshold are no incident; the one that reaches it opens it, and all that fire join', async () => {
  const plan = bursts();
  const at = (minutes: number) => startOfTestMs + minutes * 60_000;
  const login = (name: string, host = 'db-1', more: Partial<Alert> = {}) =>
    firing({ alertname: `Login${name}`, host }, more);
  expect(await accept([login('1'), login('x', 'other')], plan, at(1))).toMatchObject({ withheld: 2, incidents: [] });
  expect(await accept([login('2')], plan, at(2))).toMatchObject({ withheld: 1 });
  expect(await accept([login('2', 'db-1', { status: 'resolved', endsAt: minute(3) })], plan, at(3))).toMatchObject({
    incidents: [],
  });
  expect(await reviewWithheld(db.store, plan, new Date(at(4)))).toEqual([]);
  const third = await accept([login('3', 'db-1', { source: `${source}-b` })], plan, at(5));
  expect(third).toMatchObject({ withheld: 0, opened: [expect.any(String)] });
  expect(await reviewWithheld(db.store, plan, new Date(at(5)))).toEqual(third.opened);
  expect(
    (await stored()).map(({ name, status, incident_id, suppressed }) => [name, status, incident_id, suppressed]),
  ).toEqual([
    ['Login1', 'firing', third.opened[0], null],
    ['Login2', 'resolved', null, 'below_threshold'],
    ['Loginx', 'firing', null, 'below_threshold'],
  ]);
  expect(await accept([login('4')], plan, at(30))).toMatchObject({ withheld: 0, incidents: third.opened });
});

test('one that something else withholds meanwhile is not counted, in the same batch as in the next', async () => {
  const plan = withRules({
    inhibit: [{ name: 'critical', source: ['severity="critical"'], target: ['severity="warning"'], equal: ['test'] }],
    groups: [
      {
        ...{ name: `logins-${count}`, match: [`@source="${source}"`, 'alertname=~"Login.*"'] },
        ...{ group_by: ['host'], threshold: { at_least: 3, within: '10m' } },
      },
    ],
  });
  const login = (number: number, host: string, severity = 'info') =>
    firing({ alertname: `Login${number}`, host, severity, test: source });
  await accept([login(1, 'a', 'warning'), login(1, 'b', 'warning')], plan);
  await accept([firing({ alertname: 'C', severity: 'critical', test: source })], plan);
  const atOnce = await accept([login(1, 'a', 'warning'), login(2, 'a'), login(3, 'a')], plan);
  expect(atOnce).toMatchObject({ withheld: 2, opened: [] });
  await accept([login(1, 'b', 'warning')], plan);
  expect(await accept([login(2, 'b'), login(3, 'b')], plan)).toMatchObject({ withheld: 2, opened: [] });
});

test('alerts that are further apart than the time of the threshold do not count together', async () => {
  const plan = bursts();
  const results = [];
  for (const minutes of [0, 6, 12, 18, 19]) {
    const alert = firing({ alertname: `Login${minutes}`, host: 'db-1' });
    results.push((await accept([alert], plan, startOfTestMs + minutes * 60_000)).opened.length);
  }
  expect(results).toEqual([0, 0, 0, 0, 1]);
});

test('without its rule an alert that waited for others becomes an incident of its own group', async () => {
  await accept([firing({ alertname: 'Login1', host: 'db-1' })], bursts());
  await judgeAllBy(db.store, 'yet another plan', new Date());
  expect(await reviewWithheld(db.store, none, new Date())).toHaveLength(1);
  const row = await db.store.selectFrom('incident_groups').selectAll().where('source', '=', source).executeTakeFirst();
  expect(row?.group_key).toBe('Login1');
});

test('a finding that begins again and again is one incident; what begins after its end is withheld until it fires on', async () => {
  const plan = withRules({ flapping: [{ name: 'flaps', more_than: 3, within: '30m' }] });
  const episode = (minutes: number, ends?: number) =>
    firing(
      { alertname: 'A' },
      { startsAt: minute(minutes), ...(ends !== undefined && { status: 'resolved', endsAt: minute(ends) }) },
    );
  const opened = new Set<string>();
  for (const minutes of [0, 2, 4, 6, 8]) {
    const atMs = startOfTestMs + minutes * 60_000;
    for (const id of (await accept([episode(minutes)], plan, atMs)).opened) opened.add(id);
    await accept([episode(minutes, minutes + 1)], plan, atMs + 60_000);
    if (minutes === 4) {
      await db.store
        .updateTable('incidents')
        .set({ status: 'closed' })
        .where('incident_id', 'in', [...opened])
        .execute();
    }
  }
  expect(opened.size).toBe(1);
  const last = await accept([episode(10)], plan, startOfTestMs + 600_000);
  expect(last).toMatchObject({ withheld: 1, incidents: [] });
  expect(await reviewWithheld(db.store, plan, new Date(startOfTestMs + 39 * 60_000))).toEqual([]);
  expect(await reviewWithheld(db.store, plan, new Date(startOfTestMs + 40 * 60_000))).toHaveLength(1);
  const suppressed = (await stored()).map((alert) => alert.suppressed ?? 'none').sort();
  expect(suppressed).toEqual(['flapping', 'flapping', 'none', 'none', 'none', 'none']);
});

test('a trigger without a start, so long after a person ended the incident as the plan says, is a new incident', async () => {
  const plan = withRules({ begins_anew: [{ name: 'events', match: [`@source="${source}"`], after: '10m' }] });
  const trigger = (at: number) =>
    accept(
      [firing({ alertname: 'A' }, { startsAt: minute(at), startsAtAssumed: true })],
      plan,
      startOfTestMs + at * 60_000,
    );
  const [first = ''] = (await trigger(0)).opened;
  const ended = { status: 'dismissed', closed_at: new Date(startOfTestMs + 60_000) } as const;
  await db.store.updateTable('incidents').set(ended).where('incident_id', '=', first).execute();
  expect(await trigger(10)).toMatchObject({ accepted: 0, duplicates: 1, opened: [] });
  const { opened } = await trigger(11);
  expect(opened).toEqual([expect.not.stringMatching(first)]);
  expect(await stored()).toMatchObject([
    { status: 'resolved', incident_id: first },
    { status: 'firing', incident_id: opened[0] },
  ]);
});
