// approvals.yaml: which steps people must approve, who may, how many of them and until when. The first rule that
// matches wins; every condition of a rule must hold.

import { z } from 'zod';
import { automationLevels } from '../incident/plan.ts';
import { severities } from '../severity.ts';
import { hours } from './hours.ts';
import { line, name, someTime } from './values.ts';

export const risks = ['low', 'medium', 'high'] as const;
export type Risk = (typeof risks)[number];
export const actionKinds = ['check', 'change', 'containment'] as const;
export type ActionKind = (typeof actionKinds)[number];

/** Roles whose members may decide; viewers never may. */
export const approverRoles = ['responder', 'admin'] as const;

export const approvalTerms = z.strictObject({
  quorum: z.int().min(1).max(5).describe('How many people must approve.'),
  roles: z.array(z.enum(approverRoles)).min(1),
  expires_after: someTime,
  remind_after: someTime.optional().describe('Tells people again when nobody decided by then.'),
});

const allowance = {
  highest_level: z
    .enum(automationLevels)
    .describe('A step goes no further than this by itself, whatever its playbook says.'),
  ...approvalTerms.shape,
  escalate: z
    .array(z.strictObject({ after: someTime, team: name }))
    .max(10)
    .default([])
    .describe('Tells the first level of another team when nobody decided by then.'),
  break_glass: z
    .boolean()
    .default(false)
    .describe('One administrator may act alone, whatever the quorum and whoever asked; it is reviewed afterwards.'),
};

const rule = z.strictObject({
  name,
  description: line.optional(),
  actions: z.array(name).min(1).optional(),
  kinds: z.array(z.enum(actionKinds)).min(1).optional(),
  risks: z.array(z.enum(risks)).min(1).optional(),
  severities: z.array(z.enum(severities)).min(1).optional(),
  tiers: z.array(z.int().min(1).max(4)).min(1).optional().describe('Tiers of the incident’s service in the catalog.'),
  criticalities: z
    .array(z.int().min(1).max(4))
    .min(1)
    .optional()
    .describe('Of what the action touches, by catalog/assets.yaml: 1 matters most; 3 is what nobody named there.'),
  hours: z.array(hours).min(1).max(20).optional().describe('When the step is planned: any of these spans.'),
  ...allowance,
});

export const approvals = z.strictObject({
  rules: z.array(rule).max(200).default([]),
  default: z.strictObject(allowance),
});

export type Approvals = z.output<typeof approvals>;
export type ApprovalRule = z.output<typeof rule>;
export type Allowance = Approvals['default'];
export type ApprovalTerms = z.output<typeof approvalTerms>;
