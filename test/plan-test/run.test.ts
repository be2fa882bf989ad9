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
