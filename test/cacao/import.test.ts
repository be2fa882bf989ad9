import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Playbook } from '../../src/core/plan/playbook.ts';
import { withDigest } from '../../src/core/plan/response-plan.ts';
import { everyStep } from '../../src/core/plan/step.ts';
import { normalised } from '../../src/plan-test/alerts.ts';
import type { Assumptions } from '../../src/plan-test/assumed-run.ts';
import { simulate } from '../../src/plan-test/simulate.ts';
import { act, at, brought, end, id, plan, problemsOf } from './written.ts';

/** What people are asked to do, in order, when the playbook is thought through. */
function thought(playbook: Playbook, assumptions: Partial<Assumptions> = {}): string[] {
  expect(problemsOf(playbook)).toEqual([]);
  const loaded = withDigest({ ...plan, playbooks: [...plan.playbooks, playbook] });
  const nowMs = Date.parse(at);
  const alerts = normalised({ title: 'An alert' }, nowMs);
  const given = { answers: {}, fails: [], ...assumptions };
  const { steps } = simulate({ plan: loaded, playbook: playbook.name, alerts, nowMs, assumptions: given });
  return steps.flatMap(({ node, outcome }) => {
    if (node.type !== 'approve' && node.type !== 'ask') return [];
    return [`${outcome.result}: ${node.type === 'ask' ? node.question : node.text}`];
  });
}

describe('variables of the playbook', () => {
  it('become values that the texts of the steps use', () => {
    const { playbook, warnings } = brought(
      { 'action:a': act('touch __path__:value on __host-name__:value') },
      {
        playbook_variables: {
          __path__: { type: 'string', value: '/root/"file" = 1', constant: true },
          '__host-name__': { type: 'string', value: '= labels.host' },
          __idle__: { type: 'string', value: 'x' },
        },
      },
    );
    expect(playbook.contain[0]).toMatchObject({
      set: { path: '/root/"file" = 1', host_name: '= "= labels.host"' },
    });
    expect(thought(playbook)).toEqual([
      'done: Do by hand (manual, by People): touch /root/"file" = 1 on = labels.host',
    ]);
    expect(warnings).toEqual(['the variable __idle__ is used by no step: left out']);
  });

  it('are asked for where they come from outside, with their value as the answer of last resort', () => {
    const { playbook, warnings } = brought(
      { 'action:a': act('block __ip__:value for __hours__:value h, log: __log__:value') },
      {
        playbook_variables: {
          __ip__: { type: 'ipv4-addr', external: true, value: '192.0.2.7', description: 'the attacker' },
          __hours__: { type: 'integer' },
          __log__: { type: 'bool', external: true },
        },
      },
    );
    expect(warnings).toEqual([]);
    const questions = everyStep(playbook.contain, []).flatMap(({ step }) => ('ask' in step ? [step.ask] : []));
    expect(questions).toMatchObject([
      { question: 'What is __ip__? the attacker', answer: 'text', otherwise: '192.0.2.7' },
      { question: 'What is __hours__?', answer: 'number' },
      { question: 'What is __log__?', answer: 'yes_no' },
    ]);
    const answers = { ip: '192.0.2.9', hours: 5, log: true };
    expect(thought(playbook, { answers }).at(-1)).toBe(
      'done: Do by hand (manual, by People): block 192.0.2.9 for 5 h, log: true',
    );
  });

  it('are asked for again when a step has returned them', () => {
    const { playbook, warnings } = brought(
      {
        'action:a': act('find the host', id('action', 'action:b'), { out_args: ['__host__', '__local__'] }),
        'action:b': act('isolate __host__:value'),
      },
      { playbook_variables: { __host__: { type: 'string' } } },
    );
    expect(thought(playbook, { answers: { host: 'web-1' } })).toEqual([
      'done: Do by hand (manual, by People): find the host',
      'done: What is __host__ now?',
      'done: Do by hand (manual, by People): isolate web-1',
    ]);
    expect(warnings).toEqual([`${id('action', 'action:a')} returns __local__, which nothing else uses: left out`]);
  });

  it('decide a switch and a comparison without people, and nothing else', () => {
    const playbook_variables = { __os__: { type: 'string', external: true } };
    const steps = {
      'switch-condition:s': {
        type: 'switch-condition',
        switch: '__os__:value',
        cases: {
          windows: id('action', 'action:w'),
          'o"s': id('action', 'action:o'),
          default: id('action', 'action:d'),
        },
        on_completion: id('if-condition', 'if-condition:i'),
      },
      'action:w': act('windows way'),
      'action:o': act('odd way'),
      'action:d': act('other way'),
      'if-condition:i': {
        type: 'if-condition',
        condition: "__os__:value != 'windows'",
        on_true: id('action', 'action:t'),
        on_false: id('action', 'action:f'),
        on_completion: id('if-condition', 'if-condition:j'),
      },
      'action:t': act('is not'),
      'action:f': act('is'),
      'if-condition:j': {
        type: 'if-condition',
        condition: "__os__:value MATCHES '.*' OR 1 = 1",
        on_true: id('action', 'action:m'),
        on_completion: end,
      },
      'action:m': act('matches'),
    };
    const { playbook } = brought(steps, { playbook_variables });
    const ways = (os: string) =>
      thought(playbook, { answers: { os } }).map((text) => text.replace(/^.*People\): /, ''));
    const asked = (os: string) => [`done: What is __os__?`, `done: Is it so: ${os} MATCHES '.*' OR 1 = 1?`, 'matches'];
    const [first, question, last] = asked('windows');
    expect(ways('windows')).toEqual([first, 'windows way', 'is', question, last]);
    expect(ways('o"s')).toEqual([first, 'odd way', 'is not', asked('o"s')[1], last]);
    expect(ways('plan9')).toEqual([first, 'other way', 'is not', asked('plan9')[1], last]);
  });

  it('of a step are written out; those without a value keep their name', () => {
    const step_variables = { __command__: { type: 'string', value: 'ls -la' }, __to__: { type: 'string' } };
    const { playbook, warnings } = brought({
      'action:a': act('__command__:value > __to__:value', end, { step_variables }),
    });
    expect(thought(playbook)).toEqual(['done: Do by hand (manual, by People): ls -la > __to__:value']);
    expect(warnings).toEqual([]);
  });

  it('carry any text as it is, and make no expression of it', () => {
    const text = fc.string({ unit: 'grapheme', maxLength: 60 }).filter((one) => !one.includes('\0'));
    fc.assert(
      fc.property(text, text, (value, command) => {
        const shown = `x ${command.replaceAll('__', '_')}`;
        const playbook_variables = { __v__: { type: 'string', value } };
        const { playbook } = brought({ 'action:a': act(`${shown} [__v__:value]`) }, { playbook_variables });
        const [told = ''] = thought(playbook);
        expect(told.endsWith(` [${value}]`)).toBe(true);
      }),
      { numRuns: 40 },
    );
  });

  it('are left out with a warning where they are too many or too long', () => {
    const names = Array.from({ length: 22 }, (_, n) => `__v${n}__`);
    const steps = Object.fromEntries(
      names.map((name, n) => [`action:${n}`, act(`use ${name}:value`, n < 21 ? id('action', `action:${n + 1}`) : end)]),
    );
    const playbook_variables = Object.fromEntries(
      names.map((name, n) => [name, { type: 'string', value: n === 0 ? 'x'.repeat(1_001) : 'x' }]),
    );
    const { playbook, warnings } = brought(steps, { playbook_variables });
    expect(warnings).toEqual([
      'the variable __v0__ is longer than 1000 characters: left out',
      'the variable __v21__ is left out: at most 20 are read',
    ]);
    const told = thought(playbook).map((text) => text.replace(/^.*People\): /, ''));
    expect([told[0], told[1], told[21]]).toEqual(['use __v0__:value', 'use x', 'use __v21__:value']);
    const many = brought({ 'action:a': act(names.map((name) => `${name}:value`).join(' ')) }, { playbook_variables });
    expect(many.warnings).toContainEqual(expect.stringContaining('a text uses 22 variables or is too long'));
    expect(problemsOf(many.playbook)).toEqual([]);
  });
});

describe('workflow_exception', () => {
  const exception = id('action', 'action:x');
  const steps = {
    'action:a': act('first', id('action', 'action:b')),
    'action:b': act('second', id('if-condition', 'if-condition:c')),
    'if-condition:c': {
      type: 'if-condition',
      condition: 'more to do',
      on_true: id('action', 'action:d'),
      on_completion: end,
    },
    'action:d': act('third'),
    'action:x': act('clean up', id('action', 'action:y')),
    'action:y': act('tell everybody'),
  };
  const all = { first: 'first', second: 'second', third: 'third' };
  const did = (playbook: Playbook, fails: string[]) =>
    thought(playbook, { fails }).map((text) => text.replace(/: Do by hand.*People\)/, ''));

  it('is where a failed step leads, however deep it is, and then it ends', () => {
    const { playbook, warnings } = brought(steps, { workflow_exception: exception });
    expect(warnings).toEqual([]);
    const question = 'done: Is it so: more to do?';
    const handled = ['done: clean up', 'done: tell everybody'];
    expect(did(playbook, [])).toEqual(['done: first', 'done: second', question, 'done: third']);
    expect(did(playbook, [all.first])).toEqual(['failed: first', ...handled]);
    expect(did(playbook, [all.third])).toEqual(['done: first', 'done: second', question, 'failed: third', ...handled]);
  });

  it('is not where a step leads that has an on_failure of its own', () => {
    const { on_completion: to, ...rest } = steps['action:a'];
    const own = {
      ...steps,
      'action:a': { ...rest, on_success: to, on_failure: id('action', 'action:o') },
      'action:o': act('mend'),
    };
    const { playbook } = brought(own, { workflow_exception: exception });
    expect(did(playbook, [all.first]).slice(0, 3)).toEqual(['failed: first', 'done: mend', 'done: second']);
  });

  it('changes nothing where it leads to the end', () => {
    const { 'action:x': _x, 'action:y': _y, ...plain } = steps;
    expect(brought(plain, { workflow_exception: end })).toEqual(brought(plain));
  });
});
