// Random playbooks as people write them, for fast-check: every kind of step, nested, with texts that nobody would write.
// They pass the schema; whether their names and expressions mean anything is not their business.

import fc from 'fast-check';
import { type Playbook, playbook } from '../../src/core/plan/playbook.ts';

const hostileTexts = [
  '"]; click n1 "javascript:alert(1)"',
  '%%{init: {"securityLevel": "loose"}}%%',
  '</text><script>alert(1)</script>',
  'end',
  'style a:#b;',
  '`**bold**`',
  '#35;#quot;&lt;',
  'two\nlines\r\nof\ttext',
  '\u202eright to left\u2066',
  ']]>--><![CDATA[',
  '{{x}} | [y] (z) /a\\ --> b',
  '漢字とかな交じりの長い題名がここにあります',
  '= labels.x == "y"',
  '== not an expression?',
  '__variable__:value',
  '😀'.repeat(20),
];

const text = fc.oneof(
  fc.constantFrom(...hostileTexts),
  fc.string({ minLength: 1, maxLength: 80, unit: 'grapheme' }).filter((one) => one.trim() !== ''),
);
const duration = fc.constantFrom('30s', '60s', '1m', '90s', '4h', '2d');
const expression = fc.constantFrom('= entities.ip', '= labels.kind == "x"', '=  incident.severity == "high"');
const value: fc.Arbitrary<unknown> = fc.oneof(
  text,
  fc.integer(),
  fc.boolean(),
  expression,
  fc.array(text, { maxLength: 2 }),
);
const given = fc.dictionary(fc.constantFrom('ip', 'target', 'before', '__proto', 'a-b'), value, { maxKeys: 3 });
const call = fc.record({ action: fc.constantFrom('block_ip', 'snapshot'), with: given });
const terms = fc.record(
  {
    quorum: fc.integer({ min: 1, max: 5 }),
    roles: fc.constantFrom(['admin'], ['responder', 'admin']),
    expires_after: duration,
    remind_after: duration,
  },
  { requiredKeys: [] },
);

const answers = fc.oneof(
  fc.record({ answer: fc.constant('yes_no'), otherwise: fc.boolean() }, { requiredKeys: ['answer'] }),
  fc.record({ answer: fc.constant('number'), otherwise: fc.integer() }, { requiredKeys: ['answer'] }),
  fc.record({ answer: fc.constant('text'), otherwise: text }, { requiredKeys: ['answer'] }),
  fc.record(
    { answer: fc.constant({ choices: ['Yes, <b>', 'No'] }), otherwise: fc.constant('No') },
    { requiredKeys: ['answer'] },
  ),
);

const deep = { maxDepth: 3, depthIdentifier: fc.createDepthIdentifier(), withCrossShrink: true };

type Written = Record<string, unknown>;

const { list } = fc.letrec<{ list: Written[]; body: Written }>((tie) => {
  const steps = tie('list');
  const simple = fc.oneof(
    fc.record(
      {
        action: fc.constantFrom('block_ip', 'http_check'),
        with: given,
        level: fc.constantFrom('observe', 'suggest', 'approve', 'auto'),
        hold: duration,
        retry: fc.record({ attempts: fc.integer({ min: 1, max: 10 }), wait: duration }, { requiredKeys: ['attempts'] }),
        approval: terms,
        undo: call,
      },
      { requiredKeys: ['action'] },
    ),
    fc.record({ approve: text, approval: terms }, { requiredKeys: ['approve'] }),
    fc.record({
      notify: fc.oneof(
        fc.record({ text }),
        fc.record({ text, team: fc.constant('security') }),
        fc.record({ text, channel: fc.constant('console'), to: text }),
      ),
    }),
    fc.record({
      ask: fc.tuple(text, duration, answers).map(([question, within, more]) => ({ question, within, ...more })),
    }),
    fc.record({
      wait: fc.oneof(
        fc.record({ for: duration }),
        fc.record({ until: fc.oneof(fc.constant('resolved'), expression), at_most: duration }),
      ),
    }),
    fc.record({ use: fc.constantFrom('tell', 'absent'), with: given }, { requiredKeys: ['use'] }),
    fc.record({ set: fc.dictionary(fc.constantFrom('a', 'b_2'), value, { minKeys: 1, maxKeys: 2 }) }),
  );
  const holding = fc.oneof(
    fc.record({ parallel: fc.array(fc.record({ steps }), { minLength: 2, maxLength: 2 }) }),
    fc.record({
      for_each: fc.record(
        {
          in: expression,
          at_once: fc.integer({ min: 1, max: 20 }),
          on_item_failure: fc.constantFrom('continue', 'stop'),
          steps,
        },
        { requiredKeys: ['in', 'steps'] },
      ),
    }),
    fc.record({
      choose: fc
        .tuple(
          fc.array(fc.record({ when: expression, steps }), { minLength: 1, maxLength: 3 }),
          fc.option(fc.record({ steps })),
        )
        .map(([some, last]) => (last ? [...some, last] : some)),
    }),
  );
  const common = fc.record(
    {
      title: text,
      if: expression,
      timeout: duration,
      on_failure: fc.oneof(
        deep,
        { arbitrary: fc.constantFrom<unknown>('fail', 'continue', 'undo', 'escalate'), weight: 6 },
        fc.record({ steps }),
      ),
    },
    { requiredKeys: [] },
  );
  return {
    list: fc.array(tie('body'), { minLength: 1, maxLength: 2 }),
    body: fc.tuple(common, fc.oneof(deep, { arbitrary: simple, weight: 4 }, holding)).map(([shared, own]) => {
      const { timeout: _, ...untimed } = shared;
      return { ...('set' in own ? untimed : shared), ...own };
    }),
  };
});

export const writtenPlaybooks: fc.Arbitrary<Playbook> = fc
  .record(
    {
      title: text,
      description: text,
      references: fc.uniqueArray(fc.constantFrom('T1110', 'https://example.com/x?a=b', 'A book, page 3'), {
        maxLength: 3,
      }),
      runbook: fc.oneof(text, fc.constant('https://example.com/runbook')),
      contain: list,
      verify: list,
      recover: list,
    },
    { requiredKeys: ['title'] },
  )
  .map((made) => playbook.parse(numbered({ name: 'random', ...made })));

/** Ids in the order in which the steps are written. */
function numbered(made: Written): Written {
  let count = 0;
  const steps = (all: unknown): unknown => (Array.isArray(all) ? all.map((one) => step(one as Written)) : all);
  const branches = (all: Written[]): Written[] => all.map((one) => ({ ...one, steps: steps(one.steps) }));
  const step = (one: Written): Written => {
    count += 1;
    const own: Written = { id: `s${count}`, ...one };
    if (own.parallel) own.parallel = branches(own.parallel as Written[]);
    if (own.choose) own.choose = branches(own.choose as Written[]);
    if (own.for_each) own.for_each = { ...(own.for_each as Written), steps: steps((own.for_each as Written).steps) };
    if (typeof own.on_failure === 'object') own.on_failure = { steps: steps((own.on_failure as Written).steps) };
    return own;
  };
  const phases = ['contain', 'verify', 'recover'].map((phase) => [phase, steps(made[phase])]);
  return { ...made, ...Object.fromEntries(phases.filter(([, value]) => value !== undefined)) };
}
