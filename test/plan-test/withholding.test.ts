// What a test of withholding says when the plan does something else than is expected.

import { expect, test } from 'vitest';
import { type PlanTestFile, planTestFile } from '../../src/core/plan/plan-test.ts';
import { rules } from '../../src/core/plan/rules.ts';
import { withholdingDifferences } from '../../src/plan-test/withholding.ts';

const plan = rules.parse({
  ...{ rules: [], default: { playbook: 'unknown' } },
  maintenance: [
    {
      ...{ name: 'backup', owner: 'ops', reason: 'disks', match: ['alertname="Slow"'], until: '2027-06-30T00:00:00Z' },
      weekly: { days: ['sun'], from: '02:00', to: '04:00' },
    },
  ],
  groups: [
    { name: 'logins', match: ['alertname="Login"'], group_by: ['@host'], threshold: { at_least: 3, within: '10m' } },
  ],
  inhibit: [{ name: 'node', source: ['alertname="NodeDown"'], target: ['severity="warning"'], equal: ['node'] }],
});
const sunday = '2027-01-03T02:30:00Z';
const labelled = (labels: Record<string, string>) => ({ title: 'Something', labels });

type Written = Partial<PlanTestFile['withholding'][number]>;
const differences = (given: Written) => {
  const file = planTestFile.parse({ withholding: [{ name: 'a test', alert: labelled({}), ...given }] });
  return file.withholding.flatMap((one) => withholdingDifferences(plan, one, Date.parse('2026-11-24T09:00:00Z')));
};

test('A maintenance window is asked at the time of the test', () => {
  const slow = { alert: labelled({ alertname: 'Slow' }) };
  expect(differences({ ...slow, at: sunday, expect: { why: 'maintenance', by: 'backup', for: '90m' } })).toEqual([]);
  expect(differences({ ...slow, expect: 'incident' })).toEqual([]);
  expect(differences({ ...slow, at: sunday, expect: 'incident' })).toEqual([
    { path: ['expect'], expected: 'an incident', actual: 'maintenance by backup' },
  ]);
  expect(differences({ ...slow, at: sunday, expect: { why: 'maintenance', for: '2h' } })).toEqual([
    { path: ['expect', 'for'], expected: '2h', actual: '5400s' },
  ]);
});

test('A threshold counts what waits within its time', () => {
  const login = { alert: labelled({ alertname: 'Login' }) };
  const below = { why: 'below_threshold', by: 'logins' } as const;
  expect(differences({ ...login, waiting: ['5m'], expect: below })).toEqual([]);
  expect(differences({ ...login, waiting: ['5m', '11m'], expect: below })).toEqual([]);
  expect(differences({ ...login, waiting: ['5m', '9m'], expect: 'incident' })).toEqual([]);
  expect(differences({ ...login, waiting: ['5m', '9m'], expect: below })).toEqual([
    { path: ['expect'], expected: 'below_threshold by logins', actual: 'an incident' },
  ]);
  expect(differences({ ...login, expect: { ...below, for: '10m' } })).toEqual([
    { path: ['expect', 'for'], expected: '10m', actual: 'without an end' },
  ]);
});

test('Inhibition asks what fires, and whether the labels are alike', () => {
  const given = (node: string): Written => ({
    alert: labelled({ severity: 'warning', node: 'n1' }),
    while_firing: [labelled({ alertname: 'NodeDown', node })],
  });
  expect(differences({ ...given('n1'), expect: { why: 'inhibited', by: 'node' } })).toEqual([]);
  expect(differences({ ...given('n2'), expect: 'incident' })).toEqual([]);
  expect(differences({ ...given('n1'), expect: { why: 'inhibited', by: 'other' } })).toEqual([
    { path: ['expect'], expected: 'inhibited by other', actual: 'inhibited by node' },
  ]);
});
