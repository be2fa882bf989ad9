// Thresholds against a real database: alerts that are few open no incident, and those that are enough open one.

import { expect, test } from 'vitest';
import type { Alert } from '../../../src/core/alert.ts';
import type { WithholdingRules } from '../../../src/core/suppression/judge.ts';
import { reviewWithheld } from '../../../src/service/withheld.ts';
import { judgeAllBy } from '../../../src/store/withheld.ts';
import { minute, startOfTestMs } from '../../support/alerts.ts';
import { accept, firing, none, source, store, stored, useWithholding, withRules } from './withholding.ts';

useWithholding();

const bursts = (): WithholdingRules =>
  withRules({
    groups: [
      {
        name: `logins-${source()}`,
        match: [`@source=~"${source()}.*"`, 'alertname=~"Login.*"'],
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
  expect(await reviewWithheld(store(), plan, new Date(at(4)))).toEqual([]);
  const third = await accept([login('3', 'db-1', { source: `${source()}-b` })], plan, at(5));
  expect(third).toMatchObject({ withheld: 0, opened: [expect.any(String)] });
  expect(await reviewWithheld(store(), plan, new Date(at(5)))).toEqual(third.opened);
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
        ...{ name: `logins-${source()}`, match: [`@source="${source()}"`, 'alertname=~"Login.*"'] },
        ...{ group_by: ['host'], threshold: { at_least: 3, within: '10m' } },
      },
    ],
  });
  const login = (number: number, host: string, severity = 'info') =>
    firing({ alertname: `Login${number}`, host, severity, test: source() });
  await accept([login(1, 'a', 'warning'), login(1, 'b', 'warning')], plan);
  await accept([firing({ alertname: 'C', severity: 'critical', test: source() })], plan);
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
  await judgeAllBy(store(), 'yet another plan', new Date());
  expect(await reviewWithheld(store(), none, new Date())).toHaveLength(1);
  const row = await store().selectFrom('incident_groups').selectAll().where('source', '=', source()).executeTakeFirst();
  expect(row?.group_key).toBe('Login1');
});
