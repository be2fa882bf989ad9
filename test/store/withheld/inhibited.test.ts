// Inhibition against a real database: an alert is withheld while another fires, and no longer.

import { expect, test } from 'vitest';
import type { WithholdingRules } from '../../../src/core/suppression/judge.ts';
import { reviewWithheld } from '../../../src/service/withheld.ts';
import { acceptAlerts } from '../../../src/store/inbox.ts';
import { addInhibitors, removeInhibitors } from '../../../src/store/withheld.ts';
import { minute, requestOf, startOfTestMs } from '../../support/alerts.ts';
import { accept, firing, resolved, source, store, stored, useWithholding, withRules } from './withholding.ts';

useWithholding();

const critical = (): WithholdingRules =>
  withRules({
    inhibit: [
      {
        name: 'critical-first',
        source: ['severity="critical"', `@source="${source()}"`],
        target: ['severity=~"warning|info"'],
        equal: ['cluster'],
      },
    ],
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
  expect(await reviewWithheld(store(), plan, new Date())).toEqual([]);
  await accept([resolved({ alertname: 'C', severity: 'critical' })], plan);
  const opened = await reviewWithheld(store(), plan, new Date());
  expect(opened).toHaveLength(1);
  expect(await stored()).toMatchObject([
    { name: 'A', incident_id: opened[0], suppressed: null },
    { name: 'B', incident_id: null, suppressed: 'inhibited' },
    { name: 'C', status: 'resolved' },
  ]);
  await removeInhibitors(store());
  expect(await store().selectFrom('inhibitors').selectAll().execute()).toEqual(
    await store()
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
  const once = () => acceptAlerts(store(), [requestOf(alerts, { deliveryId: 'msg_1' })], { rules: plan });
  await acceptAlerts(store(), [requestOf([...alerts].slice(0, 1), { deliveryId: 'msg_1' })], { rules: plan });
  expect(await once()).toMatchObject([{ accepted: 1, duplicates: 1, opened: [expect.any(String)] }]);
  const bodies = await store().selectFrom('raw_alerts').select('delivery_id').where('source', '=', source()).execute();
  expect(bodies.filter((body) => body.delivery_id === 'msg_1')).toHaveLength(1);
});

test('an inhibiting alert that nobody ever resolves does so no longer than the rule says', async () => {
  const plan = critical();
  await accept([firing({ alertname: 'C', severity: 'critical' }), firing({ alertname: 'A', severity: 'info' })], plan);
  const weekLaterMs = startOfTestMs + 8 * 86_400_000;
  expect(await reviewWithheld(store(), plan, new Date(weekLaterMs))).toHaveLength(1);
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
  await addInhibitors(store(), plan.inhibit);
  expect(await accept([firing({ alertname: 'A', severity: 'warning' })], plan)).toMatchObject({ withheld: 1 });
});
