// The schema of a step: one strict object for each kind.

import { z } from 'zod';
import type { Json } from '../canonical.ts';
import { isAnswer, longestAnswer, simpleAnswers } from '../incident/answer.ts';
import { failurePolicies } from '../incident/flow.ts';
import { automationLevels } from '../incident/plan.ts';
import { approvalTerms, approverRoles } from './approvals.ts';
import { type Step, type StepKind, stepBounds } from './step.ts';
import { expression, line, name, someTime } from './values.ts';

const json: z.ZodType<Json> = z.json();
const values = z.record(z.string().max(64), json);

const stepId = z
  .string()
  .regex(
    /^[a-z][a-z0-9-]{0,39}$/,
    'write lower-case letters, digits and "-", beginning with a letter, at most 40 characters',
  );

/** A name that expressions use after a dot. */
export const variableName = z
  .string()
  .regex(
    /^[a-z][a-z0-9_]{0,39}$/,
    'write lower-case letters, digits and "_", beginning with a letter, at most 40 characters',
  );

/** A list of steps. It holds steps that hold lists, so it is read only when it is needed. */
export const steps: z.ZodType<Step[]> = z.lazy(() => z.array(step).max(stepBounds.steps));
const someSteps: z.ZodType<Step[]> = z.lazy(() => z.array(step).min(1, 'write a step').max(stepBounds.steps));

const common = {
  id: stepId,
  title: line.optional().describe('What people read. Default: what the step says of itself.'),
  if: expression.optional().describe('Skips the step when it is false.'),
  on_failure: z
    .union([z.enum(failurePolicies), z.strictObject({ steps: someSteps })])
    .default('escalate')
    .describe(
      'continue: the next step runs. fail: the list of steps stops. escalate: it stops and people are told. undo: it stops and what it did is undone in reverse. steps: they run, and it goes on if they went through.',
    ),
};
const timed = {
  ...common,
  timeout: someTime.optional().describe('A group that is over it starts nothing more and fails.'),
};

const ownTerms = approvalTerms
  .partial()
  .optional()
  .describe('Makes the policy of approvals.yaml stricter for this step, never weaker.');

const call = { action: name.describe('A capability of Firebreak.'), with: values.default({}) };

const actionStep = z.strictObject({
  ...timed,
  action: call.action,
  with: call.with.describe('Parameters of the action; each may be computed.'),
  level: z
    .enum(automationLevels)
    .default('approve')
    .describe(
      'How far it goes by itself. observe: says what it would do. suggest: a person starts it. approve: runs when approved. auto: runs.',
    ),
  hold: someTime.optional().describe('Only of containments: how long it lasts unless someone lifts or extends it.'),
  retry: z
    .strictObject({ attempts: z.int().min(1).max(stepBounds.attempts), wait: someTime.default('10s') })
    .default({ attempts: 1, wait: '10s' })
    .describe('Tries a failed action again. What nobody can tell the outcome of is never tried again by itself.'),
  approval: ownTerms,
  undo: z.strictObject(call).optional().describe('Undoes it, where the action has no undo of its own.'),
});

const approveStep = z.strictObject({
  ...timed,
  approve: line.describe('What people agree to before the steps that follow run.'),
  approval: ownTerms,
});

const notifyStep = z.strictObject({
  ...timed,
  notify: z
    .strictObject({
      text: line,
      team: name.optional().describe('Its first level is told. Default: those who were paged for the incident.'),
      channel: name.optional(),
      to: z.string().trim().min(1).max(200).optional(),
    })
    .refine((given) => (given.channel === undefined) === (given.to === undefined), {
      error: 'write "channel" and "to" together',
    })
    .refine((given) => given.channel === undefined || given.team === undefined, {
      error: 'write a team, or a channel with "to", not both',
    }),
});

const askStep = z.strictObject({
  ...timed,
  ask: z
    .strictObject({
      question: line,
      answer: z.union([
        z.enum(simpleAnswers),
        z.strictObject({ choices: z.array(z.string().trim().min(1).max(100)).min(2).max(stepBounds.choices) }),
      ]),
      within: someTime.describe('How long people have.'),
      otherwise: z
        .union([z.boolean(), z.number(), z.string().max(longestAnswer)])
        .optional()
        .describe('The answer when nobody gave one in time. Without it the step fails then.'),
      roles: z.array(z.enum(approverRoles)).min(1).default(['responder', 'admin']),
    })
    .refine((given) => given.otherwise === undefined || isAnswer(given.answer, given.otherwise), {
      path: ['otherwise'],
      error: 'write an answer of the type that "answer" names',
    }),
});

const waitStep = z.strictObject({
  ...timed,
  wait: z.union(
    [
      z.strictObject({ for: someTime }),
      z.strictObject({
        until: z
          .union([z.literal('resolved'), expression], { error: 'write resolved, or "=" and a CEL expression' })
          .describe('resolved: no alert of the incident fires. An expression is computed again when alerts arrive.'),
        at_most: someTime,
      }),
    ],
    { error: 'write "for", or "until" with "at_most"' },
  ),
});

const parallelStep = z.strictObject({
  ...timed,
  parallel: z
    .array(z.strictObject({ steps: someSteps }))
    .min(2, 'write two branches or more')
    .max(stepBounds.branches)
    .describe('All branches run to their end; the step fails when one of them failed.'),
});

const forEachStep = z.strictObject({
  ...timed,
  for_each: z.strictObject({
    in: expression.describe('A list: the steps run for each of its items, which expressions call `item`.'),
    at_once: z.int().min(1).max(stepBounds.atOnce).default(4),
    on_item_failure: z
      .enum(['continue', 'stop'])
      .default('continue')
      .describe('stop: no further item begins once one failed. Either way the step fails then.'),
    steps: someSteps,
  }),
});

const chooseStep = z.strictObject({
  ...timed,
  choose: z
    .array(z.strictObject({ when: expression.optional(), steps: someSteps }))
    .min(1)
    .max(stepBounds.branches)
    .refine((all) => all.slice(0, -1).every(({ when }) => when !== undefined), {
      error: 'only the last of them may be without "when"',
    })
    .describe('The first whose `when` is true runs; one without `when` at the end stands for all other cases.'),
});

const useStep = z.strictObject({
  ...timed,
  use: name.describe('A module of modules/.'),
  with: values.default({}).describe('Inputs of the module; each may be computed.'),
});

const setStep = z.strictObject({
  ...common,
  set: z
    .record(variableName, json)
    .refine((given) => Object.keys(given).length > 0, 'write a name and a value')
    .describe('Values for later expressions, as vars.<name>; each may be computed.'),
});

/** Each kind by the key that makes a step one of it. */
export const stepKinds = {
  action: actionStep,
  approve: approveStep,
  notify: notifyStep,
  ask: askStep,
  wait: waitStep,
  parallel: parallelStep,
  for_each: forEachStep,
  choose: chooseStep,
  use: useStep,
  set: setStep,
} as const satisfies Record<StepKind, z.ZodType>;

export const step: z.ZodType<Step> = z
  .union([
    actionStep,
    approveStep,
    notifyStep,
    askStep,
    waitStep,
    parallelStep,
    forEachStep,
    chooseStep,
    useStep,
    setStep,
  ])
  .meta({ id: 'step' });
