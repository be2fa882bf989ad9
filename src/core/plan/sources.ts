// sources.yaml: what sources must know of an organisation. Which topics of Amazon SNS may send, and how the bodies of tools
// that no source knows become alerts. The file may be left out.

import { z } from 'zod';
import { type EntityKind, entityKinds } from '../alert.ts';
import { expression, line, name } from './values.ts';

const topicArn = z
  .string()
  .regex(
    /^arn:aws(-cn|-us-gov)?:sns:[a-z0-9-]{3,30}:\d{12}:[\w-]{1,256}(\.fifo)?$/,
    'write the ARN of a topic, such as arn:aws:sns:eu-west-1:123456789012:alarms',
  );

const entities = z.strictObject(
  Object.fromEntries(entityKinds.map((kind) => [kind, line.optional()])) as Record<
    EntityKind,
    z.ZodOptional<typeof line>
  >,
);

const mapping = z.strictObject({
  name: name.describe('Also the last part of the address: /alerts/mapped/<name>.'),
  each: expression
    .regex(/^=\s*body(\.[A-Za-z_]\w*)*$/, 'write a place in the body, such as = body.alerts')
    .optional()
    .describe('A list in the body, each item of it an alert (`item`). Default: the body is one alert.'),
  when: expression.optional().describe('What is not so is no alert.'),
  resolved: expression.optional().describe('Whether it is over. Default: it is not.'),
  fingerprint: line.describe('The same for the same finding, every time.'),
  title: line,
  description: line.optional(),
  severity: line.optional().describe('critical, high, medium, low, info, or a usual word for one of them.'),
  starts_at: line.optional().describe('An RFC 3339 time or Unix time. Default: when it is received.'),
  ends_at: line.optional(),
  group: line.optional().describe('Alerts with the same one share an incident. Default: each finding has its own.'),
  url: line.optional(),
  labels: z.record(z.string().regex(/^[A-Za-z_][\w.-]{0,99}$/, 'write the name of a label'), line).default({}),
  entities: entities.default({}).describe('A text or a list of texts for each kind.'),
});

export const sourceSettings = z.strictObject({
  sns: z
    .strictObject({ topics: z.array(topicArn).max(100) })
    .default({ topics: [] })
    .describe('Topics whose messages are taken. None by default.'),
  mappings: z.array(mapping).max(100).default([]),
});

export type SourceSettings = z.output<typeof sourceSettings>;
export type Mapping = SourceSettings['mappings'][number];

export const noSourceSettings: SourceSettings = { sns: { topics: [] }, mappings: [] };
