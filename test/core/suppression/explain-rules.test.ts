import { expect, test } from 'vitest';
import { explainRules } from '../../../src/core/explain/explain-rules.ts';
import { rules } from '../../../src/core/plan/rules.ts';

const explain = (given: object) => explainRules(rules.parse({ rules: [], default: { playbook: 'unknown' }, ...given }));

test('A maintenance window says what, when, until when, who and why', () => {
  const window = { name: 'backup', owner: 'database team', reason: 'disks are busy', match: ['a="1"', 'b="2"'] };
  const weekly = { days: ['sun', 'wed'], from: '02:00', to: '04:30', timezone: 'Europe/Berlin' };
  expect(explain({ maintenance: [{ ...window, until: '2027-06-30T02:00:00+02:00', weekly }] })).toEqual([
    {
      ...{ kind: 'maintenance', name: 'backup', owner: 'database team', reason: 'disks are busy' },
      lines: [
        'Alerts that match a="1" and b="2" open no incident until 2027-06-30T00:00:00.000Z.',
        'Only sun, wed, from 02:00 to 04:30 (Europe/Berlin).',
        'Those that still fire when it is over become incidents.',
      ],
    },
  ]);
});

test('Inhibition, flapping and thresholds say what they ask for; a group without a threshold keeps nothing back', () => {
  const inhibit = [{ name: 'node', source: ['a="1"'], target: ['b="2"'], equal: ['host', 'site'], at_most: '2h' }];
  const flapping = [
    { name: 'any', more_than: 5, within: '1h' },
    { name: 'links', match: ['a="1"'], more_than: 3, within: '10m' },
  ];
  const groups = [
    { name: 'logins', match: ['a="1"'], group_by: ['@host'], threshold: { at_least: 5, within: '10m' } },
    { name: 'sites', match: ['a="1"'], group_by: ['site'] },
  ];
  const told = explain({ inhibit, flapping, groups }).map(({ kind, name, lines }) => [kind, name, lines[0]]);
  expect(told).toEqual([
    [
      'inhibited',
      'node',
      'While an alert that matches a="1" fires, one that matches b="2" and has the same host, site opens no incident.',
    ],
    ['flapping', 'any', 'Any finding that begins more than 5 times within 1h flaps.'],
    ['flapping', 'links', 'A finding that matches a="1" that begins more than 3 times within 10m flaps.'],
    [
      'below_threshold',
      'logins',
      'Alerts that match a="1", with the same @host, make an incident once 5 began within 10m.',
    ],
  ]);
});
