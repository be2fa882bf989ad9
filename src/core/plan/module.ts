// modules/*.yaml: steps that several playbooks share, with typed inputs and outputs.

import { z } from 'zod';
import type { Json } from '../canonical.ts';
import { steps, variableName } from './step-schema.ts';
import { expression, line, name, prose } from './values.ts';

export const inputTypes = ['string', 'integer', 'number', 'boolean', 'list'] as const;
export type InputType = (typeof inputTypes)[number];

const json: z.ZodType<Json> = z.json();

const input = z
  .strictObject({
    type: z.enum(inputTypes),
    required: z.boolean().default(true).describe('An input with a default is never required.'),
    default: json.optional(),
    description: line.optional(),
  })
  .refine((given) => given.default === undefined || isOfType(given.type, given.default), {
    path: ['default'],
    error: 'write a value of the type that "type" names',
  });

export const module = z.strictObject({
  name,
  title: line,
  description: prose.optional(),
  inputs: z.record(variableName, input).default({}).describe('What expressions call inputs.<name>.'),
  outputs: z
    .record(variableName, expression)
    .default({})
    .describe('What a playbook that uses it calls steps.<id>.outputs.<name>, computed after its last step.'),
  steps,
});

export type Module = z.output<typeof module>;

/** What expressions take the inputs for. */
export const celTypes: Record<InputType, string> = {
  string: 'string',
  integer: 'int',
  number: 'double',
  boolean: 'bool',
  list: 'list<dyn>',
};

/** True when the value is of the type of an input. */
export function isOfType(type: InputType, value: unknown): boolean {
  switch (type) {
    case 'list':
      return Array.isArray(value);
    case 'integer':
      return Number.isSafeInteger(value);
    default:
      return typeof value === type;
  }
}
