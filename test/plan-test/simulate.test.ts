import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadPlan } from '../../src/plan/load.ts';
import { normalised } from '../../src/plan-test/alerts.ts';
import type { Assumptions } from '../../src/plan-test/assumed-run.ts';
import { simulate } from '../../src/plan-test/simulate.ts';
import { run as runCommandLine, temporaryFolder } from '../cli/command-line.ts';

const folder = join(import.meta.dirname, '../../response-plan');
const plan = await loadPlan(folder);
const nowMs = Date.parse('2026-11-24T10:00:00.000Z');

function think(playbook: string, alert: Record<string, unknown>, assumptions: Partial<Assumptions> = {}) {
  const alerts = normalised({ title: 'An alert', ...alert }, nowMs);
  return simulate({ plan, playbook, alerts, nowMs, assumptions: { answers: {}, fails: [], ...assumptions } });
}

const resultsOf = ({ steps }: ReturnType<typeof think>) =>
  Object.fromEntries(steps.map(({ node, outcome }) => [node.id, outcome.result]));

describe('a playbook thought through', () => {
  it('comes to its end with every step, each once', () => {
    for (const { name } of plan.plan.playbooks) {
      const { steps, state } = think(name, {
        labels: { service: 'storefront' },
        entities: [{ kind: 'host', value: 'a' }],
      });
      expect(state.plan?.playbook).toBe(name);
      const ids = steps.map(({ node }) => node.id);
      expect(new Set(ids).size, name).toBe(ids.length);
    }
  });

  it('tells what a guard refuses, before anyone is asked', () => {
    const entities = [
      { kind: 'ip', value: '127.0.0.1' },
      { kind: 'ip', value: '203.0.113.7' },
    ];
    const { steps } = think('brute-force', { labels: { kind: 'brute_force' }, entities });
    const block = steps.filter(({ node }) => node.type === 'action');
    expect(block.map(({ outcome }) => ('code' in outcome ? outcome.code : outcome.result)).sort()).toEqual([
      'done',
      'loopback_address',
    ]);
  });

  it('follows answers, and failures with what they undo', () => {
    const alert = { labels: { kind: 'database_down', service: 'orders-db' } };
    expect(resultsOf(think('database-down', alert, { answers: { way: 'fail over' } }))).toMatchObject({
      'fail-over': 'done',
      'health.check': 'done',
    });
    expect(resultsOf(think('database-down', alert, { answers: { way: 'restore' } }))).toMatchObject({
      restore: 'done',
    });
    const failed = think('database-down', alert, { answers: { way: 'fail over' }, fails: ['health.check'] });
    const undoes = failed.steps.flatMap((step) => step.undoes);
    expect(undoes).toEqual([
      { id: 'fail-over', title: expect.stringContaining('fail-over-database'), isReversible: true },
    ]);
  });

  it('says which playbook triage would choose instead', () => {
    expect(think('malware', { labels: { kind: 'disk_full' } })).toMatchObject({ chosen: 'disk-full' });
    expect(think('malware', { labels: { kind: 'malware' } })).toMatchObject({ chosen: 'malware' });
  });
});

describe('firebreak plan run', () => {
  const environment = { FIREBREAK_PLAN: folder };

  it('prints each step, who would be asked and what cannot be undone', async () => {
    const args = ['plan', 'run', 'service-down', '--simulate', '--sample', 'service-down', '--fail', 'health'];
    const { stdout, exitCode } = await runCommandLine(args, { environment });
    expect(exitCode).toBe(0);
    expect(stdout).toContain('restart_service on service:checkout');
    expect(stdout).toContain('needs 1 of responder or admin within 4h');
    expect(stdout).toContain('cannot be undone');
    expect(stdout).toContain('rollback');
    expect(stdout).toContain('Nothing was done.');
  });

  it('is JSON when that is asked for', async () => {
    const { stdout } = await runCommandLine(['plan', 'run', 'disk-full', '--simulate', '--json'], { environment });
    expect(JSON.parse(stdout)).toMatchObject({ playbook: 'disk-full', chosen: 'unknown' });
  });

  it.each([
    [['plan', 'run', 'disk-ful', '--simulate'], 'did you mean disk-full?'],
    [['plan', 'run', 'disk-full'], '--simulate'],
    [['plan', 'run', 'disk-full', '--simulate', '--sample', 'disk-ful'], 'has no sample'],
    [['plan', 'run', 'disk-full', '--simulate', '--answer', 'yes'], 'the id of the question'],
  ])('tells what is wrong: %j', async (args, text) => {
    const { stderr, exitCode } = await runCommandLine(args, { environment });
    expect(exitCode).toBe(2);
    expect(stderr).toContain(text);
  });
});

describe('firebreak plan test', () => {
  it('ends with how many passed and failed', async () => {
    const args = ['plan', 'test', folder, '--filter', 'brute-force'];
    const environment = { PATH: process.env.PATH ?? '' };
    const { stdout, exitCode } = await runCommandLine(args, { environment });
    expect(stdout).toMatch(/^5 passed, 0 failed \(/m);
    expect(exitCode).toBe(0);
    const none = await runCommandLine(['plan', 'test', folder, '--filter', 'no such test'], { environment });
    expect(none).toMatchObject({ exitCode: 1, stdout: expect.stringMatching(/0 passed, 0 failed$/m) });
  });

  it('passes on the plan that `plan new` writes', async () => {
    const folder = join(await temporaryFolder(), 'plan');
    await runCommandLine(['plan', 'new', folder]);
    const { stdout } = await runCommandLine(['plan', 'test', folder], {
      environment: { PATH: process.env.PATH ?? '' },
    });
    expect(stdout).toMatch(/^2 passed, 0 failed \(/m);
  });
});
