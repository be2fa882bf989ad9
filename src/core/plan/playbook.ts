// playbooks/*.yaml: how one kind of incident is answered. Today a step is an action; other kinds join the union `step`.

import { z } from 'zod';
import type { Json } from '../canonical.ts';
import { automationLevels, failurePolicies } from '../incident/plan.ts';
import { approvalTerms } from './approvals.ts';
import { expression, httpUrl, line, name, prose, someTime } from './values.ts';

export const stepBounds = {
  /** In one phase of a playbook. */
  steps: 50,
  /** One step each, of one `for_each`. */
  items: 50,
  /** In one planned response, whatever its playbook says. */
  planned: 200,
  /** JSON of all of them: they travel in one payload of Temporal, which ends at 2 MB. */
  characters: 500_000,
  attempts: 10,
} as const;

const json: z.ZodType<Json> = z.json();

const step = z.strictObject({
  id: z
    .string()
    .regex(
      /^[a-z][a-z0-9-]{0,39}$/,
      'write lower-case letters, digits and "-", beginning with a letter, at most 40 characters',
    ),
  title: line.optional().describe('Default: what the action says of itself.'),
  action: name.describe('A capability of Firebreak.'),
  with: z.record(z.string().max(64), json).default({}).describe('Parameters of the action; each may be computed.'),
  for_each: expression.optional().describe('A list: one step for each of its items, which expressions call `item`.'),
  if: expression.optional().describe('Skips the step when it is false.'),
  level: z
    .enum(automationLevels)
    .default('approve')
    .describe(
      'How far it goes by itself. observe: says what it would do. suggest: a person starts it. approve: runs when approved. auto: runs.',
    ),
  hold: someTime.optional().describe('Only of containments: how long it lasts unless someone lifts or extends it.'),
  timeout: someTime.optional(),
  attempts: z.int().min(1).max(stepBounds.attempts).default(3),
  on_failure: z
    .enum(failurePolicies)
    .default('escalate')
    .describe(
      'continue: the next step runs. fail: the playbook stops. escalate: it stops and people are told. undo: it stops and what it did is undone in reverse.',
    ),
  approval: approvalTerms
    .partial()
    .optional()
    .describe('Makes the policy of approvals.yaml stricter for this step, never weaker.'),
});

const steps = z.array(step).max(stepBounds.steps).default([]);

export const playbook = z.strictObject({
  name,
  title: line,
  description: prose.optional(),
  references: z
    .array(z.string().trim().min(1).max(300))
    .max(30)
    .default([])
    .describe('MITRE ATT&CK techniques or other pages that say what this answers.'),
  runbook: z.union([httpUrl, prose]).optional().describe('For people: a link, or the text itself (Markdown).'),
  contain: steps,
  verify: steps,
  recover: steps,
});

export type Step = z.output<typeof step>;
export type Playbook = z.output<typeof playbook>;

/** In the order in which they run. */
export const phases = ['contain', 'verify', 'recover'] as const;
export type Phase = (typeof phases)[number];
