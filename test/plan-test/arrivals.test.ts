import { describe, expect, it } from 'vitest';
import { runPlanTests } from '../../src/plan-test/run-tests.ts';
import { run } from '../cli/command-line.ts';
import { goodFiles, planFolder } from '../plan/folder.ts';

const rules = `${goodFiles['rules.yaml']}groups:
  - { name: racks, match: ['rack=~".+"'], group_by: [rack], threshold: { at_least: 2, within: 10m } }
inhibit:
  - { name: site, source: [kind="site"], target: [kind="host"], equal: [site] }
maintenance:
  - name: nights
    reason: Backups run
    owner: platform
    match: [kind="backup"]
    until: 2030-01-01T00:00:00Z
    weekly: { days: [tue], from: "02:00", to: "04:00", timezone: Europe/Zurich }
`;

async function results(tests: string) {
  await using folder = await planFolder({ 'rules.yaml': rules, 'tests/arrivals.yaml': tests });
  const all = await runPlanTests({ folder: folder.path });
  return all.map(({ name, line, passed, differences }) => ({
    ...{ name, line, passed },
    differences: differences.map(
      ({ path, line: at, expected, actual }) => `${at} ${path.join('.')}: ${expected} ≠ ${actual}`,
    ),
  }));
}

const alerts = `    alerts:
      - { alert: { title: Site down, labels: { kind: site, site: zrh } }, for: 30m }
      - { at: 1m, alert: { title: Host a, labels: { kind: host, site: zrh } }, for: 5m }
      - { at: 2m, alert: { title: Host b, labels: { kind: host, site: zrh } } }
      - { at: 3m, alert: { title: Host c, labels: { kind: host, site: gva } } }
      - { at: 4m, alert: { title: Disk x, labels: { rack: r1 } } }
      - { at: 5m, alert: { title: Disk y, labels: { rack: r1 } } }
      - { at: 6m, alert: { title: Disk z, labels: { rack: r2 } } }
      - { at: 7m, alert: { title: Quiet, labels: { team: x } }, for: 1m }
    silences: [{ name: known, match: [team="x"], from: 5m, until: 1h }]
`;

describe('arrivals', () => {
  it('say which alerts are together and which are withheld, without any server', async () => {
    const tests = `arrivals:
  - name: right
${alerts}    expect:
      incidents: [[4], [1], [6, 5], [3]]
      withheld:
        - { alert: 2, why: inhibited, by: site, released: false }
        - { alert: 3, why: inhibited, released: true }
        - { alert: 5, why: below_threshold, by: racks, released: true }
        - { alert: 7, why: below_threshold }
        - { alert: 8, why: silenced, by: known }
`;
    expect(await results(tests)).toEqual([{ name: 'right', line: 2, passed: true, differences: [] }]);
  });

  it('fail by what is otherwise, each at its place', async () => {
    const tests = `arrivals:
  - name: wrong
${alerts}    expect:
      incidents: [[1, 2], [3], [4], [5, 6]]
      withheld:
        - { alert: 1, why: maintenance }
        - { alert: 2, why: silenced }
        - { alert: 3, why: inhibited, released: false }
        - { alert: 5, why: below_threshold, by: other }
        - { alert: 7, why: below_threshold }
`;
    expect((await results(tests))[0]?.differences).toEqual([
      '14 expect.incidents: 1 2 | 3 | 4 | 5 6 ≠ 1 | 3 | 4 | 5 6',
      '16 expect.withheld.0: 1 maintenance ≠ 1 is not withheld',
      '17 expect.withheld.1: 2 silenced ≠ 2 inhibited by site, never released',
      '18 expect.withheld.2: 3 inhibited, never released ≠ 3 inhibited by site, released later',
      '19 expect.withheld.3: 5 below_threshold by other ≠ 5 below_threshold by racks, released later',
      '16 expect.withheld: 8 not withheld ≠ 8 silenced by known, never released',
    ]);
  });

  it('begin when they say, for windows of the week', async () => {
    const test = (name: string, opens: string, expected: string) => `  - name: ${name}
    opens: ${opens}
    alerts: [{ alert: { title: Backup, labels: { kind: backup } } }]
    expect: ${expected}
`;
    const tests = `arrivals:
${test('night', '2026-11-24T02:30:00+01:00', '{ incidents: [[1]], withheld: [{ alert: 1, why: maintenance, by: nights, released: true }] }')}${test('day', '2026-11-24T12:30:00+01:00', '{ incidents: [[1]], withheld: [] }')}`;
    expect((await results(tests)).map(({ passed }) => passed)).toEqual([true, true]);
  });

  it('take samples of every source, and expect nothing where nothing is written', async () => {
    const tests = `arrivals:
  - name: sample
    alerts: [{ alert: { sample: brute-force } }]
    expect: {}
`;
    expect(await results(tests)).toMatchObject([{ passed: true }]);
  });

  it('and tests of withholding are shown as they fail', async () => {
    const tests = `withholding:
  - name: held back
    alert: { title: Backup, labels: { kind: site } }
    expect: { why: maintenance }
arrivals:
  - name: together
    alerts: [{ alert: { title: A } }, { alert: { title: B } }]
    expect: { incidents: [[1, 2]] }
`;
    await using folder = await planFolder({ 'rules.yaml': rules, 'tests/a.yaml': tests });
    const { exitCode, stdout } = await run(['plan', 'test', folder.path]);
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/FAIL tests\/a\.yaml:2 held back\n.*tests\/a\.yaml:4:/s);
    expect(stdout).toMatch(/FAIL tests\/a\.yaml:6 together\n.*tests\/a\.yaml:8:26 +incidents +1 2 +1 \| 2\n/s);
    expect(stdout).toMatch(/0 passed, 2 failed/);
  });
});
