// CACAO Security Playbooks 2.0 (OASIS Committee Specification 01, 27 November 2023): the parts that are read and written
// here. What is not named is kept as it is and never acted on.

import { z } from 'zod';

const hex = '[0-9a-fA-F]';
const uuid = `${hex}{8}-${hex}{4}-[1-5]${hex}{3}-[89abAB]${hex}{3}-${hex}{12}`;
const identifier = z.string().regex(new RegExp(`^[a-z][a-z0-9-]+--${uuid}$`), 'write an identifier: type--UUID');
const timestamp = z
  .string()
  .regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/, 'write a time in UTC, as in 2026-03-01T10:00:00.000Z');
const text = z.string().max(20_000);

export const stepTypes = [
  'start',
  'end',
  'action',
  'playbook-action',
  'parallel',
  'if-condition',
  'while-condition',
  'switch-condition',
] as const;

const command = z.looseObject({ type: text, command: text.optional(), description: text.optional() });

const variable = z.looseObject({
  type: text,
  description: text.optional(),
  value: text.nullish(),
  constant: z.boolean().optional(),
  external: z.boolean().optional(),
});
export type CacaoVariable = z.output<typeof variable>;
const variables = z.record(z.string(), variable);

const step = z.looseObject({
  type: z.enum(stepTypes),
  name: text.optional(),
  description: text.optional(),
  delay: z.number().min(0).optional(),
  timeout: z.number().min(0).optional(),
  on_completion: identifier.optional(),
  on_success: identifier.optional(),
  on_failure: identifier.optional(),
  commands: z.array(command).max(50).optional(),
  agent: z.string().optional(),
  targets: z.array(z.string()).max(200).optional(),
  out_args: z.array(z.string()).max(50).optional(),
  step_variables: variables.optional(),
  next_steps: z.array(identifier).max(50).optional(),
  condition: text.optional(),
  switch: text.optional(),
  cases: z.record(z.string(), identifier).optional(),
  on_true: identifier.optional(),
  on_false: identifier.optional(),
  playbook_id: identifier.optional(),
});
export type CacaoStep = z.output<typeof step>;

const thing = z.looseObject({ name: text.optional(), type: text.optional() });

export const cacaoPlaybook = z.looseObject({
  type: z.literal('playbook'),
  spec_version: z.literal('cacao-2.0'),
  id: identifier,
  name: text.min(1),
  description: text.optional(),
  created_by: identifier,
  created: timestamp,
  modified: timestamp,
  revoked: z.boolean().optional(),
  external_references: z
    .array(z.looseObject({ name: text, url: text.optional(), external_id: text.optional() }))
    .optional(),
  workflow_start: identifier,
  workflow_exception: identifier.optional(),
  workflow: z.record(z.string(), step),
  playbook_variables: variables.optional(),
  agent_definitions: z.record(z.string(), thing).optional(),
  target_definitions: z.record(z.string(), thing).optional(),
  playbook_extensions: z.record(z.string(), z.unknown()).optional(),
});
export type CacaoPlaybook = z.output<typeof cacaoPlaybook>;
