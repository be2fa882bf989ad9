// rules.yaml: triage. What an incident is, how bad, who handles it and by which playbook; the first rule that matches wins.

import { z } from 'zod';
import { dispositions } from '../incident/status.ts';
import { severities } from '../severity.ts';
import { expression, line, name, someTime } from './values.ts';

/** Joins a new incident to an older open one. */
const correlate = z.strictObject({
  by: z.literal('service'),
  within: someTime,
  into: z.array(name).min(1).max(50).optional().describe('Playbooks of the older incident; absent means any.'),
});

const rule = z
  .strictObject({
    name,
    when: expression.describe('The first rule whose condition is true decides. A label that is not there is "no".'),
    title: line.optional(),
    severity: z.enum(severities).optional().describe('Default: the worst that its firing alerts say.'),
    playbook: name.optional().describe('Default: that of `default`.'),
    service: line.optional().describe('A name from the catalog; may be computed. Default: label or entity `service`.'),
    team: name.optional().describe('Default: the owner of the service, else the default team.'),
    dismiss: z.strictObject({ disposition: z.enum(dispositions), reason: line }).optional(),
    correlate: z
      .array(correlate)
      .max(5)
      .default([])
      .describe('Joins the incident to an older open one, whose response then covers both.'),
  })
  .refine((value) => !(value.dismiss && value.playbook), {
    path: ['dismiss'],
    error: 'a rule either dismisses or names a playbook; remove one of the two',
  });

export const rules = z.strictObject({
  rules: z.array(rule).max(500),
  default: z.strictObject({ playbook: name }).describe('For an incident that no rule matches: it is new to the plan.'),
  raise: z
    .array(z.strictObject({ tier: z.int().min(1).max(4), levels: z.int().min(1).max(4) }))
    .max(4)
    .default([])
    .describe('Severity goes up by so many levels when the service is of this tier.'),
});

export type Rule = z.output<typeof rule>;
export type Correlate = z.output<typeof correlate>;
