import { describe, expect, it } from 'vitest';
import { responsePlan } from '../../src/core/plan/response-plan.ts';
import { loadPlan } from '../../src/plan/load.ts';
import { PlanError } from '../../src/plan/problem.ts';
import { goodFiles, planFolder, problemsOf } from './folder.ts';

describe('a good plan folder', () => {
  it('is read into one typed value with its defaults', async () => {
    await using folder = await planFolder();
    const { plan } = await loadPlan(folder.path);
    expect(plan.playbooks.map(({ name }) => name)).toEqual(['block', 'unknown']);
    expect(plan.playbooks[0]?.contain[0]).toMatchObject({
      on_failure: 'escalate',
      for_each: { at_once: 4, steps: [{ level: 'approve', retry: { attempts: 1 }, on_failure: 'escalate' }] },
    });
    expect(plan.catalog.services[0]).toMatchObject({ name: 'checkout', tier: 1, aliases: [] });
  });

  it('has the same digest whatever its comments, order of keys and quotes are, and another for another content', async () => {
    await using folder = await planFolder();
    await using same = await planFolder({
      'guards.yaml': '# ours\nlongest_hold: "1d"\nprotected:\n  cidrs: []\nwidest_prefix: {ipv6: 64, ipv4: 24}\n',
    });
    await using other = await planFolder({ 'guards.yaml': (goodFiles['guards.yaml'] ?? '').replace('1d', '2d') });
    const { digest } = await loadPlan(folder.path);
    expect(digest).toMatch(/^[0-9a-f]{64}$/);
    expect((await loadPlan(same.path)).digest).toBe(digest);
    expect((await loadPlan(other.path)).digest).not.toBe(digest);
  });

  it('reads back from its own JSON, as the store keeps it', async () => {
    await using folder = await planFolder();
    const { plan } = await loadPlan(folder.path);
    expect(responsePlan.parse(JSON.parse(JSON.stringify(plan)))).toEqual(plan);
  });
});

describe('a broken plan folder', () => {
  it('tells everything that is wrong at once, file by file', async () => {
    const problems = await problemsOf({
      'slas.yaml': null,
      'guards.yaml': 'x: 1\n',
      'playbooks/block.yaml': 'name: block\ntitel: Block\n',
    });
    expect(new Set(problems.map((problem) => problem.split(':')[0]))).toEqual(
      new Set(['guards.yaml', 'playbooks/block.yaml', 'slas.yaml']),
    );
    expect(problems.length).toBeGreaterThanOrEqual(6);
  });

  it('is an error with every problem in it', async () => {
    await using folder = await planFolder({ 'slas.yaml': null });
    const error = await loadPlan(folder.path).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(PlanError);
    expect(error).toMatchObject({ code: 'plan_invalid', problems: [{ file: 'slas.yaml', line: 1, column: 1 }] });
    expect(String(error)).toContain('has 1 problem');
  });
});
