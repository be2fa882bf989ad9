import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { exportCacao } from '../../src/cacao/export.ts';
import { importCacao } from '../../src/cacao/import.ts';
import { cacaoPlaybook } from '../../src/cacao/model.ts';
import { checkPlanContent } from '../../src/core/plan/check-plan.ts';
import { everyStep } from '../../src/core/plan/step.ts';
import { builtIn } from '../../src/plan/context.ts';
import { loadPlan } from '../../src/plan/load.ts';
import { writtenPlaybooks } from '../support/written-playbooks.ts';

const { plan } = await loadPlan(join(import.meta.dirname, '../../response-plan'));
const data = join(import.meta.dirname, '../../../shared/data/cacao');
const at = '2026-03-01T10:00:00.000Z';
const overTheWire = (value: unknown) => cacaoPlaybook.parse(JSON.parse(JSON.stringify(value)));
const trusted = { keepLevels: true };
const foreign = { keepLevels: false };

describe('export', () => {
  it.each(plan.playbooks.map((one) => [one.name, one] as const))('%s comes back exactly', (_, one) => {
    expect(importCacao(overTheWire(exportCacao(one, at)), trusted)).toEqual({ playbook: one, warnings: [] });
  });

  it('brings any playbook back exactly', () => {
    fc.assert(
      fc.property(writtenPlaybooks, (one) => {
        expect(importCacao(overTheWire(exportCacao(one, at)), trusted)).toEqual({ playbook: one, warnings: [] });
      }),
      { numRuns: 100 },
    );
  });
});

describe('import', () => {
  const nothingRunsByItself = (one: (typeof plan.playbooks)[number]): boolean =>
    [one.contain, one.verify, one.recover]
      .flatMap((list) => everyStep(list, []))
      .every(({ step }) => !('action' in step) || step.level !== 'auto');
  const problemsOf = (one: (typeof plan.playbooks)[number]) =>
    checkPlanContent({ ...plan, playbooks: [...plan.playbooks, one] }, builtIn).map(({ message }) => message);

  it('lets nothing run by itself, and says where it did', () => {
    fc.assert(
      fc.property(writtenPlaybooks, (one) => {
        const { playbook, warnings } = importCacao(overTheWire(exportCacao(one, at)), foreign);
        expect(nothingRunsByItself(playbook)).toBe(true);
        expect(warnings.length > 0).toBe(!nothingRunsByItself(one));
      }),
      { numRuns: 50 },
    );
  });

  it('reads what others changed as a playbook of others: passes the check, and tells people what to do', () => {
    for (const one of plan.playbooks) {
      const exported = overTheWire(exportCacao(one, at));
      const { playbook, warnings } = importCacao({ ...exported, name: `= ${exported.name} 2` }, trusted);
      expect(warnings[0]).toContain('changed since');
      expect(playbook.title).toBe(`${one.title} 2`);
      expect(problemsOf(playbook)).toEqual([]);
    }
  });

  it.skipIf(!existsSync(data))('takes public examples: each step is there, as something that a person does', () => {
    for (const file of readdirSync(join(data, 'examples'))) {
      const example = cacaoPlaybook.parse(JSON.parse(readFileSync(join(data, 'examples', file), 'utf8')));
      const { playbook, warnings } = importCacao(example, foreign);
      expect(problemsOf(playbook)).toEqual([]);
      const actions = Object.values(example.workflow).filter(({ type }) => type === 'action');
      expect(playbook.contain.filter((step) => 'approve' in step)).toHaveLength(actions.length);
      if (file !== 'manual.json') expect(warnings.join()).toContain('by hand');
      expect(JSON.stringify(playbook)).not.toMatch(/Password1234/);
    }
  });

  it('asks people what a condition, a loop and a switch would decide, and keeps a hostile text a text', () => {
    const id = (type: string, n: number): string => `${type}--00000000-0000-4000-8000-00000000000${n}`;
    const act = (to: string) => ({
      type: 'action',
      name: '= alerts',
      commands: [{ type: 'bash', command: '= labels.x; rm -rf /' }],
      agent: id('group', 1),
      on_completion: to,
    });
    const end = id('end', 9);
    const workflow = {
      [id('start', 1)]: { type: 'start', on_completion: id('if-condition', 2) },
      [id('if-condition', 2)]: {
        type: 'if-condition',
        condition: '__x__:value == 1',
        on_true: id('action', 3),
        on_completion: id('while-condition', 4),
      },
      [id('action', 3)]: act(end),
      [id('while-condition', 4)]: {
        type: 'while-condition',
        condition: 'more',
        on_true: id('action', 5),
        on_completion: id('switch-condition', 6),
      },
      [id('action', 5)]: act(end),
      [id('switch-condition', 6)]: {
        type: 'switch-condition',
        switch: '__y__:value',
        cases: { one: id('action', 7), 'two"': end },
        on_completion: end,
      },
      [id('action', 7)]: { ...act(end), delay: 90_000, timeout: 5_000, step_variables: {} },
      [id('action', 8)]: act(id('action', 8)),
      [end]: { type: 'end' },
    };
    const { playbook, warnings } = importCacao(
      overTheWire({
        ...exportCacao(plan.playbooks[0] as never, at),
        name: 'Of others',
        playbook_extensions: undefined,
        workflow_start: id('start', 1),
        workflow,
      }),
      trusted,
    );
    expect(problemsOf(playbook)).toEqual([]);
    expect(playbook.contain.filter((step) => 'ask' in step)).toHaveLength(3);
    const gates = everyStep(playbook.contain, []).flatMap(({ step }) => ('approve' in step ? [step] : []));
    expect(gates.filter(({ approve }) => approve.startsWith('Do by hand (bash'))).toHaveLength(3);
    expect(gates.find(({ timeout }) => timeout !== undefined)).toMatchObject({ timeout: '5s' });
    expect(gates.every(({ approve, title }) => !/^\s*=/.test(approve) && !/^\s*=/.test(title ?? ''))).toBe(true);
    expect(warnings.join('\n')).toMatch(/is a loop.*is not reached from the start/s);
  });
});
