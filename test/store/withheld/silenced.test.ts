// Silences and maintenance windows against a real database: what is withheld, what is told of it, and that what still
// fires afterwards becomes an incident.

import { expect, test } from 'vitest';
import { reviewWithheld } from '../../../src/service/withheld.ts';
import { expireSilence } from '../../../src/store/silences.ts';
import { judgeAllBy } from '../../../src/store/withheld.ts';
import { startOfTestMs } from '../../support/alerts.ts';
import {
  accept,
  audited,
  firing,
  none,
  resolved,
  silence,
  source,
  store,
  stored,
  useWithholding,
  withRules,
} from './withholding.ts';

useWithholding();

test('a silenced alert is stored with who silenced it and why, and opens no incident', async () => {
  const id = await silence([`@source="${source()}"`, 'alertname="DiskFull"']);
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
  await silence([`@source="${source()}"`]);
  await accept([firing({ alertname: 'A' })]);
  expect(await accept([firing({ alertname: 'A' })])).toMatchObject({ accepted: 0, duplicates: 1, withheld: 0 });
  expect(await accept([resolved({ alertname: 'A' })])).toMatchObject({ accepted: 1, incidents: [] });
  expect(await stored()).toMatchObject([{ status: 'resolved', suppressed: 'silenced', look_at: null }]);
  expect(await reviewWithheld(store(), none, new Date(Date.now() + 10 * 86_400_000))).toEqual([]);
});

test('alerts of an incident that is open resolve under a silence as always', async () => {
  const { incidents } = await accept([firing({ alertname: 'A' })]);
  await silence([`@source="${source()}"`]);
  expect(await accept([resolved({ alertname: 'A' })])).toMatchObject({ accepted: 1, incidents });
});

test('what still fires when its silence ends becomes an incident, once', async () => {
  const id = await silence([`@source="${source()}"`]);
  await accept([firing({ alertname: 'A' }), firing({ alertname: 'B' }), resolved({ alertname: 'B' })]);
  expect(await reviewWithheld(store(), none, new Date())).toEqual([]);
  expect(await expireSilence(store(), id, 'key:bo', new Date().toISOString())).toBe(true);
  const opened = await reviewWithheld(store(), none, new Date());
  expect(opened).toHaveLength(1);
  expect(await stored()).toMatchObject([
    { name: 'A', incident_id: opened[0], suppressed: null, suppressed_by: { by: id }, look_at: null },
    { name: 'B', incident_id: null, suppressed: 'silenced' },
  ]);
  expect(await reviewWithheld(store(), none, new Date())).toEqual([]);
  expect((await audited()).at(-1)).toMatchObject({
    kind: 'alerts_reconsidered',
    actor: 'firebreak',
    incidentId: opened[0],
  });
});

test('a silence that is over by its time releases too, and a repeat need not wait for the review', async () => {
  await silence([`@source="${source()}"`], { forMs: 60_000 });
  await accept([firing({ alertname: 'A' }), firing({ alertname: 'B' })]);
  const later = Date.now() + 61_000;
  const repeated = await accept([firing({ alertname: 'A' })], none, later);
  expect(repeated).toMatchObject({ accepted: 1, duplicates: 0, opened: [expect.any(String)] });
  expect(await reviewWithheld(store(), none, new Date(later))).toHaveLength(1);
  expect((await stored()).map(({ suppressed }) => suppressed)).toEqual([null, null]);
});

test('a silence that is to come withholds nothing yet', async () => {
  await silence([`@source="${source()}"`], { fromMs: startOfTestMs + 7_200_000 });
  expect(await accept([firing({ alertname: 'A' })])).toMatchObject({ withheld: 0, opened: [expect.any(String)] });
});

test('a maintenance window of the plan withholds, with its owner, and another plan releases', async () => {
  const window = { name: 'move', reason: 'New racks', owner: 'dba', match: [`@source="${source()}"`] };
  const plan = withRules({ maintenance: [{ ...window, until: new Date(Date.now() + 86_400_000).toISOString() }] });
  expect(await accept([firing({ alertname: 'A' })], plan)).toMatchObject({ withheld: 1 });
  expect(await stored()).toMatchObject([{ suppressed: 'maintenance', suppressed_by: { by: 'move', owner: 'dba' } }]);
  expect(await reviewWithheld(store(), plan, new Date())).toEqual([]);
  await judgeAllBy(store(), 'another plan', new Date());
  expect(await reviewWithheld(store(), none, new Date())).toHaveLength(1);
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
  await judgeAllBy(store(), 'this plan', new Date());
  await accept([firing({ alertname: 'Login', kind: 'login', severity: 'warning', host: 'db-1' })], plan);
  await accept([firing({ alertname: 'Down', severity: 'critical', host: 'db-1' })], plan);
  const suppressed = async () => (await stored()).find(({ suppressed: why }) => why !== null)?.suppressed;
  await judgeAllBy(store(), 'this plan', new Date());
  await reviewWithheld(store(), plan, new Date());
  expect(await suppressed()).toBe('below_threshold');
  await judgeAllBy(store(), 'a plan that was reloaded', new Date());
  await reviewWithheld(store(), plan, new Date());
  expect(await suppressed()).toBe('inhibited');
});
