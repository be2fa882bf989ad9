import { describe, expect, it } from 'vitest';
import { checkPlan, loadPlan } from '../../src/plan/load.ts';
import { describeProblem } from '../../src/plan/problem.ts';
import { normalised } from '../../src/plan-test/alerts.ts';
import { simulate } from '../../src/plan-test/simulate.ts';
import { run } from '../cli/command-line.ts';
import { goodFiles, planFolder } from './folder.ts';

const guards = (limit: string) => ({
  'guards.yaml': `${goodFiles['guards.yaml']}blast_radius:\n  - { name: few, actions: [block_ip], ${limit} }\n`,
});
const block = (id: string, ip: string): string => `  - { id: ${id}, action: block_ip, with: { ip: ${ip} } }\n`;
const playbook = (steps: string) => ({ 'playbooks/block.yaml': `name: block\ntitle: Block\ncontain:\n${steps}` });

async function warningsOf(
  steps: string,
  limit = 'per_incident: 2',
  more: Record<string, string> = {},
): Promise<string[]> {
  await using folder = await planFolder({ ...guards(limit), ...playbook(steps), ...more });
  const checked = await checkPlan(folder.path);
  return checked.ok ? checked.warnings.map(describeProblem) : checked.problems.map(describeProblem);
}

const warned = (place: string, most = 2): string[] => [
  `playbooks/block.yaml:${place}: with this step more than ${most} targets may be touched: guards.yaml (few) lets one incident touch ${most}, and what is beyond is refused`,
];

describe('plan check', () => {
  it('warns at the first step that is one too many, and of nothing below', async () => {
    const two = block('a', '203.0.113.1') + block('b', '203.0.113.2');
    expect(await warningsOf(two)).toEqual([]);
    expect(await warningsOf(two + block('c', '203.0.113.3') + block('d', '203.0.113.4'))).toEqual(
      warned('6:5 contain[2]'),
    );
    expect(await warningsOf(two, 'per_hour: 1')).toEqual([]);
  });

  it('counts a target once, however often it is touched', async () => {
    const same = ['a', 'b', 'c', 'd'].map((id) => block(id, '"= entities.ip[0]"')).join('');
    expect(await warningsOf(same)).toEqual([]);
    expect(await warningsOf(same, 'per_incident: 1')).toEqual([]);
  });

  it('counts what runs side by side, one case of several, and what makes up for a failure', async () => {
    const list = (id: string, ip: string): string => `{ id: ${id}, action: block_ip, with: { ip: ${ip} } }`;
    const branch = (id: string, ip: string): string => `      - steps: [${list(id, ip)}]\n`;
    const all = branch('a', '203.0.113.1') + branch('b', '203.0.113.2') + branch('c', '203.0.113.3');
    expect(await warningsOf(`  - id: p\n    parallel:\n${all}`)).toEqual(warned('4:5 contain[0]'));
    const cases = all.replaceAll('- steps', '- when: = incident.drill\n        steps');
    expect(await warningsOf(`  - id: p\n    choose:\n${cases}`)).toEqual([]);
    expect(await warningsOf(`  - id: p\n    choose:\n${cases}`, 'per_incident: 1')).toEqual([]);
    const rescued = `${block('a', '203.0.113.1')}  - id: b
    action: block_ip
    with: { ip: 203.0.113.2 }
    on_failure: { steps: [${list('c', '203.0.113.3')}] }
`;
    expect(await warningsOf(rescued)).toEqual(warned('5:5 contain[1]'));
  });

  it('looks into modules, each use with other inputs as another target, and is not slowed by many', async () => {
    const module = (name: string, steps: string) =>
      `name: ${name}\ntitle: M\ninputs:\n  ip: { type: string }\nsteps:\n${steps}`;
    const inner = { 'modules/cut.yaml': module('cut', block('a', '= inputs.ip')) };
    const use = (id: string, ip: string, name = 'cut') => `  - { id: ${id}, use: ${name}, with: { ip: ${ip} } }\n`;
    const three = use('a', '203.0.113.1') + use('b', '203.0.113.2') + use('c', '203.0.113.2');
    expect(await warningsOf(three, undefined, inner)).toEqual([]);
    expect(await warningsOf(three + use('d', '203.0.113.4'), undefined, inner)).toEqual(warned('7:5 contain[3]'));
    const deep = Array.from({ length: 4 }, (_, level) => {
      const name = level === 3 ? 'cut' : `level${level + 1}`;
      const uses = Array.from({ length: 50 }, (_, n) => use(`u${n}`, `10.${level}.0.${n}`, name)).join('');
      return [`modules/level${level}.yaml`, module(`level${level}`, uses)];
    });
    const many = { ...inner, ...Object.fromEntries(deep) };
    const started = performance.now();
    const most = 'per_incident: 199';
    expect(await warningsOf(use('a', '203.0.113.1', 'level0'), most, many)).toEqual(warned('4:5 contain[0]', 199));
    expect(performance.now() - started).toBeLessThan(5_000);
  });

  it('is right all the same: the exit code is 0, and SARIF has a warning', async () => {
    const three = block('a', '203.0.113.1') + block('b', '203.0.113.2') + block('c', '203.0.113.3');
    await using folder = await planFolder({ ...guards('per_incident: 2'), ...playbook(three) });
    const { exitCode, stdout } = await run(['plan', 'check', folder.path]);
    expect([exitCode, stdout]).toEqual([
      0,
      expect.stringMatching(/^warning: playbooks\/block\.yaml:6:5.*\n.* is right/),
    ]);
    const { results, invocations } = JSON.parse((await run(['plan', 'check', folder.path, '--sarif'])).stdout).runs[0];
    expect(results).toMatchObject([{ ruleId: 'plan_blast_radius', level: 'warning' }]);
    expect(invocations[0].exitCode).toBe(0);
    expect(JSON.parse((await run(['plan', 'check', folder.path, '--json'])).stdout).warnings).toHaveLength(1);
  });
});

describe('a playbook thought through', () => {
  async function thought(limit: string, ips: number, pause = '') {
    const steps = `  - id: blocks
    for_each:
      in: = entities.ip
      at_once: 1
      steps:
        - { id: block, action: block_ip, with: { ip: = item } }
${pause}`;
    await using folder = await planFolder({ ...guards(limit), ...playbook(steps) });
    const plan = await loadPlan(folder.path);
    const nowMs = Date.parse('2026-11-24T10:00:00.000Z');
    const entities = Array.from({ length: ips }, (_, n) => ({ kind: 'ip', value: `203.0.113.${n + 1}` }));
    const alerts = normalised({ title: 'X', labels: { kind: 'block' }, entities }, nowMs);
    const given = { plan, playbook: 'block', alerts, nowMs, assumptions: { answers: {}, fails: [] } };
    const { steps: made, state } = simulate(given);
    const results = made.flatMap(({ node, outcome }) =>
      node.type === 'action' ? ['code' in outcome ? outcome.code : outcome.result] : [],
    );
    return { results, reasons: state.plan?.reasons.filter((reason) => reason.startsWith('blast radius')) };
  }

  it('is refused beyond the blast radius, as for real, and the plan says so before', async () => {
    expect(await thought('per_incident: 2', 4)).toEqual({
      results: ['done', 'done', 'blast_radius_incident', 'blast_radius_incident'],
      reasons: ['blast radius: 4 targets are planned, guards.yaml (few) lets one incident touch 2'],
    });
    expect(await thought('per_incident: 4', 4)).toEqual({ results: ['done', 'done', 'done', 'done'], reasons: [] });
  });

  it('may touch more once an hour has gone', async () => {
    const later = '        - { id: pause, wait: { for: 61m } }\n';
    expect((await thought('per_hour: 1', 2)).results).toEqual(['done', 'blast_radius_hour']);
    expect((await thought('per_hour: 1', 2, later)).results).toEqual(['done', 'done']);
  });
});
