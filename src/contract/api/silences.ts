// Silences: alerts that people do not want to hear of for a time.

import { z } from 'zod';
import { matchers } from '../../core/plan/rules.ts';
import { actor, id, listOf, page, pageQuery, text, time } from './common.ts';

export const silenceStates = ['active', 'pending', 'expired'] as const;

export const silence = z
  .object({
    id,
    matchers: z.array(z.string()).meta({ description: 'All of them must match; the syntax is that of Alertmanager' }),
    owner: actor,
    reason: z.string(),
    startsAt: time,
    endsAt: time,
    createdAt: time,
    state: z.enum(silenceStates),
    expiredBy: actor.nullable().meta({ description: 'Who ended it before its time' }),
  })
  .meta({ id: 'Silence' });
export type Silence = z.infer<typeof silence>;

export const silencePage = page(silence);
export const silenceQuery = z.object({
  ...pageQuery,
  state: listOf(silenceStates).default(['active', 'pending']),
});

const dayMs = 86_400_000;
/** What is longer belongs into the plan. */
export const longestSilenceMs = 90 * dayMs;

export const silenceRequest = z
  .strictObject({
    matchers: matchers.meta({ description: 'severity="warning", instance=~"web-.+"; @source, @title, @host, … too' }),
    reason: text(2_000).trim().min(1, 'write why'),
    startsAt: time.optional().meta({ description: 'Default: now' }),
    endsAt: time.optional().meta({ description: 'Its end' }),
    forMs: z.number().int().min(1).max(longestSilenceMs).optional().meta({ description: 'Or how long it lasts' }),
  })
  .refine((request) => (request.endsAt === undefined) !== (request.forMs === undefined), {
    message: 'give either endsAt or forMs',
  });
export type SilenceRequest = z.infer<typeof silenceRequest>;
