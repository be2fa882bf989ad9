import { describe, expect, inject, it } from 'vitest';
import { differences } from '../../src/plan-test/compare.ts';
import { runPlanTests } from '../../src/plan-test/run-tests.ts';
import { planFolder } from '../plan/folder.ts';

const alerts = `alerts:
  - { title: Attack, labels: { kind: block }, entities: [{ kind: ip, value: 203.0.113.7 }, { kind: ip, value: 203.0.113.8 }] }
`;

async function run(tests: string, changes: Record<string, string> = {}) {
  await using folder = await planFolder({ 'tests/block.yaml': `${alerts}tests:\n${tests}`, ...changes });
  return await runPlanTests({ folder: folder.path, atOnce: 1, workflowCode: { codePath: inject('workflowBundle') } });
}

const said = (results: Awaited<ReturnType<typeof run>>) =>
  results.map(({ name, error, differences: found }) => [
    name,
    error ?? found.map(({ path, expected, actual }) => `${path.slice(1).join('.')}: ${expected} ≠ ${actual}`),
  ]);

describe('the tests of a plan', () => {
  it('pass when everything is as expected, and fail by what is not, each at its place', async () => {
    const results = await run(`
  - name: right
    events:
      - { at: 10m, approve: block, target: "ip:203.0.113.7", by: ben }
      - { at: 20m, reject: block, target: "ip:203.0.113.8" }
      - { at: 2h, alerts_resolve: all }
    expect:
      severity: high
      team: platform
      playbook: block
      status: closed
      steps:
        block:
          - { target: "ip:203.0.113.7", result: done, at: 10m }
          - { target: "ip:203.0.113.8", result: refused, code: approval_rejected }
      approvals: { block: [{ target: "ip:203.0.113.7", result: approved, by: [ben] }] }
      containments: { block: [{ target: "ip:203.0.113.7", ended: expired, at: 70m }] }
      notices: [{ kind: page, to: on-call, at: 0s }]
      follow_ups: ["Not done: Block 203.0.113.8"]
  - name: wrong
    events:
      - { at: 10m, approve: block, target: "ip:203.0.113.7" }
      - { at: 11m, approve: block, target: "ip:203.0.113.8" }
      - { at: 30m, lift: block }
      - { at: 2h, alerts_resolve: all }
    expect:
      severity: low
      status: dismissed
      steps: { block: failed }
      approvals: { block: { by: [ben] } }
      containments: { block: { ended: lifted, at: 50m } }
      notices: [{ to: the-boss }]
      follow_ups: [Somebody should look]
`);
    expect(said(results)[0]).toEqual(['right', []]);
    const [, wrong] = results;
    expect(wrong).toMatchObject({ file: 'tests/block.yaml', line: 23, passed: false });
    expect(
      wrong?.differences.map(({ path, expected, actual, line }) => [path.join('.'), expected, actual, line]),
    ).toEqual([
      ['expect.severity', 'low', 'high', 30],
      ['expect.status', 'dismissed', 'closed', 31],
      ['expect.steps.block', 'failed', expect.stringMatching(/^done at 10m/), 32],
      ['expect.steps.block', 'failed', expect.stringMatching(/^done at 11m/), 32],
      ['expect.approvals.block', 'by ben', expect.stringMatching(/^approved by ana at 10m/), 33],
      ['expect.approvals.block', 'by ben', expect.stringMatching(/^approved by ana at 11m/), 33],
      ['expect.containments.block', 'lifted at 50m', expect.stringMatching(/^lifted at 30m .*by ana/), 34],
      ['expect.containments.block', 'lifted at 50m', expect.stringMatching(/^lifted at 30m .*by ana/), 34],
      ['expect.notices.0', 'a notice to the-boss', expect.stringContaining('page to on-call (console) at 0s'), 35],
      ['expect.follow_ups.0', 'left for people: Somebody should look', 'nothing is left for people', 36],
    ]);
    const done = wrong?.differences.find(({ path }) => path[1] === 'steps')?.event ?? -1;
    expect(wrong?.seen?.events[done]?.type).toBe('step_finished');
  });

  it('wait days of the plan in milliseconds of ours', async () => {
    const startedMs = performance.now();
    const results = await run(
      `
  - name: nobody answers for a day
    events: [{ at: 3d, alerts_resolve: all }]
    expect:
      approvals: { block: { result: expired, at: 24h } }
      notices: [{ to: on-call, at: 0s }, { to: boss, at: 24h }]
`,
      {
        'approvals.yaml': 'default: { highest_level: approve, quorum: 1, roles: [responder], expires_after: 1d }\n',
        'routing.yaml':
          'teams: [{ name: platform, levels: [[{ channel: console, to: on-call }], [{ channel: console, to: boss }]] }]\ndefault_team: platform\n',
        'slas.yaml': ['critical', 'high', 'medium', 'low', 'info']
          .map(
            (name) =>
              `${name}: { acknowledge: 1d, quiet: 1m, recovery_reminder: 7d, recovery_reminders: 1, review: 0s }\n`,
          )
          .join(''),
      },
    );
    expect(said(results)).toEqual([['nobody answers for a day', []]]);
    expect(performance.now() - startedMs).toBeLessThan(20_000);
  });

  it('let actions come to what the test says, for a while or so many times', async () => {
    const results = await run(`
  - name: outcomes
    outcomes:
      - { action: block_ip, target: "ip:203.0.113.8", result: failed, detail: the set is full }
      - { step: block, undo: true, result: failed, times: 2, detail: nft is busy }
    events:
      - { at: 1m, approve: block, target: "ip:203.0.113.7" }
      - { at: 2m, approve: block, target: "ip:203.0.113.8" }
      - { at: 30m, dismiss: false_positive }
    expect:
      disposition: false_positive
      steps:
        block:
          - { target: "ip:203.0.113.7", result: done, undone: true }
          - { target: "ip:203.0.113.8", result: failed, detail: the set is full }
      containments: { block: [{ target: "ip:203.0.113.7", ended: lifted, at: 36m }] }
`);
    expect(said(results)).toEqual([['outcomes', []]]);
  });

  it('hold people to the rules: who may not decide, or comes too late, is told so', async () => {
    await using folder = await planFolder({
      'tests/may.yaml': `${alerts}people: { ana: responder, ben: viewer }
tests:
  - name: may not
    events: [{ at: 1m, approve: block, by: ben }, { at: 2h, approve: block }, { at: 150m, alerts_resolve: all }]
    expect: { approvals: { block: expired } }
`,
    });
    const [result] = await runPlanTests({ folder: folder.path, workflowCode: { codePath: inject('workflowBundle') } });
    expect(result?.differences.map(({ path, actual }) => [path.join('.'), actual])).toEqual([
      ['events.0', 'The role viewer may not decide; needed: responder'],
      ['events.1', 'no approval of block was asked for at that time'],
    ]);
  });

  it('open when they say, as the plan sees it: who is on duty, who must approve, what expressions look at', async () => {
    const tell = (to: string) => `[{ channel: webhook, to: ${to} }]`;
    const routing = `teams:
  - { name: platform, levels: [[{ schedule: duty }], [{ schedule: lead }]] }
default_team: platform
schedules:
  - name: duty
    zone: Europe/Zurich
    shifts:
      - { hours: { from: "08:00", to: "18:00" }, tell: ${tell('day')} }
      - { rotate: { first: 2026-11-02, at: "18:00", turns: [${tell('ana')}, ${tell('ben')}] } }
    overrides: [{ from: 2026-12-24T18:00:00+01:00, until: 2026-12-26T00:00:00+01:00, tell: ${tell('ada')} }]
  - name: lead
    shifts: [{ hours: { from: "18:30", to: "18:00" }, tell: ${tell('lead')} }, { tell: ${tell('other-lead')} }]
`;
    const approvals = `rules:
  - name: night
    hours: [{ from: "18:00", to: "08:00", zone: Europe/Zurich }]
    highest_level: approve
    quorum: 2
    roles: [responder]
    expires_after: 1h
default: { highest_level: approve, quorum: 1, roles: [responder], expires_after: 1h }
`;
    const playbook = `name: block
title: B
contain:
  - { id: block, if: '= incident.openedAt.getHours("Europe/Zurich") >= 8', action: block_ip, with: { ip: "203.0.113.7" } }
  - { id: pause, wait: { for: 3h } }
  - { id: tell, notify: { text: "= \\"alert of hour \\" + string(alerts[0].startsAt.getHours(\\"Europe/Zurich\\"))", team: platform } }
`;
    const test = (name: string, opens: string, events: string, expected: string) =>
      `\n  - { name: ${name}, opens: ${opens}, events: [${events}{ at: 4h, alerts_resolve: all }], expect: { status: closed, ${expected} } }`;
    const approved = '{ at: 1m, approve: block, by: ana }, { at: 2m, approve: block, by: ben }, ';
    const results = await run(
      [
        test(
          'day',
          '2026-11-24T10:00:00+01:00',
          '{ at: 1m, approve: block }, ',
          'steps: { block: done }, notices: [{ kind: page, to: day, at: 0s }]',
        ),
        test(
          'late',
          '2026-11-24T17:00:00+01:00',
          '{ at: 1m, approve: block }, ',
          'steps: { block: done, tell: done }, notices: [{ kind: page, to: day }, { kind: update, to: ben, at: 3h, text: "alert of hour 17" }]',
        ),
        test(
          'evening',
          '2026-11-10T19:29:00+01:00',
          approved,
          'approvals: { block: { by: [ana, ben] } }, notices: [{ kind: page, to: ben, at: 0s }, { kind: page, to: lead, at: 5m }]',
        ),
        test(
          'night',
          '2026-11-24T05:00:00+01:00',
          '',
          'steps: { block: skipped }, notices: [{ kind: page, to: ben }, { kind: update, to: day }]',
        ),
        test(
          'holiday',
          '2026-12-24T19:00:00+01:00',
          approved,
          'steps: { block: done }, notices: [{ kind: page, to: ada }]',
        ),
      ].join(''),
      { 'routing.yaml': routing, 'approvals.yaml': approvals, 'playbooks/block.yaml': playbook },
    );
    expect(said(results)).toEqual(['day', 'late', 'evening', 'night', 'holiday'].map((name) => [name, []]));
  });

  it('notice what is done to the world and not expected', async () => {
    const results = await run(`
  - name: behind its back
    events: [{ at: 1m, approve: block, target: "ip:203.0.113.7" }, { at: 5m, alerts_resolve: all }]
    expect: { steps: { other: not_run } }
`);
    expect(results[0]?.differences.map(({ expected }) => expected)).toEqual([expect.stringMatching(/^no step block/)]);
  });

  it('run many after each other on one server, containments that outlive their incidents among them', async () => {
    const one = (n: number) => `
  - name: number ${n}
    events: [{ at: 1m, approve: block }, { at: 5m, alerts_resolve: all }, { at: 12h, extend: block, to: 20h }]
    expect: { status: closed, containments: { block: { ended: expired, at: 20h } } }
`;
    const results = await run(Array.from({ length: 6 }, (_, n) => one(n)).join(''), {
      'playbooks/block.yaml':
        'name: block\ntitle: B\ncontain:\n  - { id: block, action: block_ip, with: { ip: "203.0.113.7" }, hold: 1d }\n',
    });
    expect(said(results)).toEqual(Array.from({ length: 6 }, (_, n) => [`number ${n}`, []]));
  });

  it('know a step from those that only sound like it', () => {
    const test = { expect: { steps: { missing: 'done' } }, events: [] } as never;
    const seen = {
      openedMs: 0,
      state: undefined,
      events: [],
      approvals: [],
      containments: [],
      notices: [],
      refused: [],
    };
    expect(differences(test, seen)).toMatchObject([{ actual: 'no such step; there are none' }]);
  });
});
