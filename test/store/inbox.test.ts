import { expect, test } from 'vitest';
import { alertId } from '../../src/core/ids.ts';
import { alertLike, minute, startOfTestMs } from '../support/alerts.ts';
import {
  accept,
  acceptOne,
  alerts,
  audit,
  events,
  firing,
  incidents,
  rawBodies,
  resolved,
  source,
  useInbox,
} from './inbox-world.ts';

useInbox();

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
    alertLike({ source: source(), status, startsAt: minute(minutes), startsAtAssumed: true });
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
    alertLike({ source: source(), status, startsAt: minute(1), startsAtAssumed: true });
  const at = { receivedAtMs: startOfTestMs + 60_000 };
  await accept([[assumed('firing'), assumed('resolved'), assumed('firing')], at]);
  expect(await alerts()).toMatchObject([{ status: 'resolved' }, { status: 'firing' }]);
});

test('a batch is stored as a whole or not at all', async () => {
  const poison = firing({ fingerprint: 'poison', title: 'half a pair \ud800' });
  await expect(accept([[firing()]], [[poison]])).rejects.toThrow();
  expect(await alerts()).toEqual([]);
  expect(await incidents()).toEqual([]);
});
