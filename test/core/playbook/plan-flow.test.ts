import { describe, expect, it } from 'vitest';
import { everyNode, type FlowNode } from '../../../src/core/incident/flow.ts';
import { planResponse } from '../../../src/core/playbook/plan-steps.ts';
import { planReachedStep } from '../../../src/core/playbook/reached.ts';
import { nothingSeen, type Seen } from '../../../src/core/playbook/seen.ts';
import { actions, alertWith, factsWith, planInput, planWith } from '../plan/sample.ts';

const run = (id: string, more: object = {}) => ({ id, action: 'run', with: { command: 'x' }, ...more });

function planOf(contain: unknown[], modules: unknown[] = []) {
  const rules = { ...planInput.rules, rules: [] };
  return planWith({ playbooks: [{ name: 'unknown', title: 'New', contain }], rules, modules } as object);
}

function flowOf(contain: unknown[], modules: unknown[] = [], alerts = [alertWith()]): FlowNode[] {
  const plan = planOf(contain, modules);
  return planResponse({ plan, facts: factsWith(alerts), actions, capabilities: {} }).contain;
}

const shape = (nodes: readonly FlowNode[]): string[] => everyNode(nodes).map(({ id, type }) => `${id} ${type}`);

describe('at triage', () => {
  it('decides what looks only at the facts of the incident', () => {
    const nodes = flowOf([
      {
        id: 'way',
        choose: [
          { when: '= labels.nothing == "x"', steps: [run('a')] },
          { when: '= labels.kind == "brute_force"', steps: [run('b')] },
          { steps: [run('c')] },
        ],
      },
      { id: 'both', parallel: [{ steps: [run('p')] }, { steps: [run('q')] }] },
    ]);
    expect(shape(nodes)).toEqual(['way choose', 'b action', 'both parallel', 'p action', 'q action']);
  });

  it('skips a choice of which no case is true', () => {
    expect(flowOf([{ id: 'way', choose: [{ when: '= false', steps: [run('a')] }] }])[0]?.skip?.code).toBe('no_case');
  });

  it('leaves as it is written what looks at earlier steps, values that were set, or alerts after time has passed', () => {
    const nodes = flowOf([
      run('first', { if: '= alerts.size() > 0' }),
      run('second', { if: '= steps.first.result == "done"' }),
      run('third', { with: { command: '= vars.x' } }),
      { id: 'wait', wait: { for: '1h' } },
      run('fourth', { if: '= alerts.size() > 0' }),
      run('fifth', { if: '= service.tier == 1' }),
    ]);
    expect(shape(nodes)).toEqual([
      'first action',
      'second late',
      'third late',
      'wait wait',
      'fourth late',
      'fifth action',
    ]);
  });

  it('expands modules, with ids below that of the step that uses them', () => {
    const inner = { name: 'inner', title: 'Inner', steps: [run('deep')] };
    const outer = {
      name: 'outer',
      title: 'Outer',
      inputs: { name: { type: 'string' }, times: { type: 'integer', default: 3 } },
      steps: [run('own', { with: { command: '= inputs.name + string(inputs.times)' } }), { id: 'in', use: 'inner' }],
    };
    const nodes = flowOf([{ id: 'use', use: 'outer', with: { name: '= service.name' } }], [inner, outer]);
    expect(shape(nodes)).toEqual(['use use', 'use.own action', 'use.in use', 'use.in.deep action']);
    expect(everyNode(nodes)[1]).toMatchObject({ params: { command: 'checkout3' } });
  });

  it.each([
    ['a module that is not there', { use: 'gone' }, 'module_unknown'],
    ['an input that is missing', { use: 'm' }, 'input_missing'],
    ['an input of another type', { use: 'm', with: { n: '= service.name' } }, 'input_invalid'],
    ['modules that use each other without end', { use: 'loop' }, null],
  ])('skips %s', (_what, step, code) => {
    const modules = [
      { name: 'm', title: 'M', inputs: { n: { type: 'integer' } }, steps: [run('a')] },
      { name: 'loop', title: 'Loop', steps: [{ id: 'again', use: 'loop' }] },
    ];
    const nodes = everyNode(flowOf([{ id: 'use', ...step }], modules));
    expect(nodes.at(-1)?.skip?.code).toBe(code ?? 'too_deep');
  });

  it('names each item, also where someone made two with the same hash, and steps in items in items', () => {
    const each = {
      id: 'outer',
      for_each: { in: '= ["a", "b"]', steps: [{ id: 'inner', for_each: { in: '= ["a", "b"]', steps: [run('s')] } }] },
    };
    const ids = everyNode(flowOf([each])).map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.filter((id) => /^s\.[0-9a-z]{6}\.[0-9a-z]{6}$/.test(id))).toHaveLength(4);
  });

  it('binds an undo that a step brings to its approval, where the undo is not free by itself', () => {
    const [node] = flowOf([
      {
        id: 'keep',
        action: 'snapshot',
        with: { target: 'disk' },
        level: 'auto',
        undo: { action: 'run', with: { command: 'y' } },
      },
    ]);
    expect(node).toMatchObject({
      level: 'approve',
      reversible: true,
      undo: { action: 'run', params: { command: 'y' } },
    });
  });
});

describe('a step that is reached', () => {
  const reach = (contain: unknown[], id: string, seen: Partial<Seen> = {}, alerts = [alertWith()]) => {
    const plan = planOf(contain);
    const node = everyNode(planResponse({ plan, facts: factsWith(), actions, capabilities: {} }).contain).find(
      (one) => one.id === id,
    );
    if (node?.type !== 'late') throw new Error(`${id} is not late`);
    const at = '2026-03-01T10:00:00.000Z';
    return planReachedStep(
      {
        ...{ incidentId: 'i', planDigest: plan.digest, title: 't', severity: 'high', service: 'checkout' },
        ...{ playbook: 'unknown', impactStartedAt: at, openedAt: at, node, place: node.place },
        seen: { ...nothingSeen, ...seen },
        room: { steps: 10, characters: 100_000 },
      },
      { plan: plan.plan, alerts, drill: false, earlier: [], at, actions, capabilities: { run: true } },
    );
  };

  it('sees what came of those before it, and alerts as they are now', () => {
    const step = run('late', {
      if: '= steps.ask.answer > 3 && steps.each.items.failed == 1 && vars.list[0] == "a"',
      with: { command: '= alerts[0].title' },
    });
    const seen = {
      steps: {
        ask: { result: 'done', answer: 4 },
        each: { result: 'failed', items: { count: 2, done: 1, failed: 1 } },
      },
      vars: { list: ['a'] },
    };
    const node = reach([step], 'late', seen, [alertWith({ title: 'Now' })]);
    expect(node).toMatchObject({ type: 'action', skip: null, mode: 'live', params: { command: 'Now' } });
  });

  it('compares whole numbers with fractions, as people answer both', () => {
    const step = run('late', { if: '= steps.ask.answer > 3' });
    expect(reach([step], 'late', { steps: { ask: { result: 'done', answer: 3.5 } } }).skip).toBeNull();
  });

  it('may hold steps that are late again, in a place of its own', () => {
    const each = {
      id: 'each',
      for_each: { in: '= vars.hosts', steps: [run('one'), run('two', { if: '= steps.one.result == "done"' })] },
    };
    const node = reach([each], 'each', { vars: { hosts: ['a', 'b'] } });
    expect(shape([node]).map((one) => one.replace(/\.[0-9a-z]{6}/, '.#'))).toEqual([
      'each for_each',
      'one.# action',
      'two.# late',
      'one.# action',
      'two.# late',
    ]);
  });

  it('is skipped with its reason when what it looks at is not there, or there is no room', () => {
    expect(reach([run('late', { if: '= steps.gone.result == "done"' })], 'late').skip?.code).toBe('expression_failed');
    const many = { id: 'many', for_each: { in: '= vars.all', steps: [run('one')] } };
    const node = reach([many], 'many', { vars: { all: Array.from({ length: 30 }, (_, n) => n) } });
    expect(everyNode([node]).length).toBeLessThanOrEqual(10);
  });
});
