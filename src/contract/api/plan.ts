// The response plan: which one is in force, where, and what was wrong with the one that was refused.

import { z } from 'zod';
import { withheldReasons } from '../../core/suppression/judge.ts';
import { actor, json, time } from './common.ts';

export const planDigest = z.string().regex(/^[0-9a-f]{64}$/, 'must be a digest: 64 hexadecimal digits');

const planProblem = z
  .object({
    file: z.string().meta({ description: 'Path in the folder' }),
    line: z.number().int(),
    column: z.number().int(),
    path: z.string().meta({ description: 'Keys and indexes to the place; empty for the file as a whole' }),
    code: z.string().meta({ description: 'plan_file, plan_yaml, plan_schema, plan_expression or plan_reference' }),
    message: z.string(),
    suggestion: z.string().optional().meta({ description: 'The name that was probably meant' }),
  })
  .meta({ id: 'PlanProblem' });
export type PlanProblem = z.infer<typeof planProblem>;

const planHolder = z
  .object({
    process: z.string().meta({ description: '`<role>@<host>`' }),
    digest: planDigest,
    loadedAt: time,
    loadedBy: actor,
    refused: z
      .object({
        at: time,
        by: actor,
        problems: z.array(z.string()).meta({ description: 'The first of them, one line each' }),
        count: z.number().int(),
      })
      .nullable()
      .meta({ description: 'The newest plan, when it was refused: the one before stays' }),
  })
  .meta({ id: 'PlanHolder' });

export const planStatus = planHolder
  .extend({
    playbooks: z.array(z.object({ name: z.string(), title: z.string() })),
    processes: z.array(planHolder).meta({ description: 'Every process that holds a plan, this one too' }),
  })
  .meta({ id: 'PlanStatus' });
export type PlanStatus = z.infer<typeof planStatus>;

const withholdingRule = z
  .object({
    kind: z.enum(withheldReasons).exclude(['silenced']),
    name: z.string(),
    owner: z.string().nullable().meta({ description: 'Who answers for it, where the plan says so' }),
    reason: z.string().nullable(),
    lines: z.array(z.string()).meta({ description: 'What it keeps back and until when, in words' }),
  })
  .meta({ id: 'WithholdingRule' });
export type WithholdingRule = z.infer<typeof withholdingRule>;

export const withholdingRules = z
  .object({ digest: planDigest, items: z.array(withholdingRule) })
  .meta({ id: 'WithholdingRules' });
export type WithholdingRules = z.infer<typeof withholdingRules>;

export const storedPlan = z
  .object({ digest: planDigest, loadedAt: time.meta({ description: 'For the first time' }), plan: json })
  .meta({ id: 'StoredPlan' });

export const planReloaded = z
  .object({
    outcome: z.enum(['loaded', 'unchanged', 'refused']).meta({ description: 'refused: the plan before stays' }),
    digest: planDigest.meta({ description: 'Of the plan that is in force now' }),
    previous: planDigest.optional(),
    problems: z.array(planProblem).optional(),
  })
  .meta({ id: 'PlanReloaded' });
