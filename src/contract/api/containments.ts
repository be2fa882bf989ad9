// Containments: applied, reversible actions that are held until lifted or expired, then undone.

import { z } from 'zod';
import { actor, flag, id, json, listOf, mode, page, pageQuery, reason, time } from './common.ts';

export const containmentStatuses = [
  'applying',
  'held',
  'undoing',
  'lifted',
  'expired',
  'undo_failed',
  'not_applied',
  'unknown',
] as const;

export const containment = z
  .object({
    id,
    incidentId: id,
    incidentUrl: z.string(),
    stepId: z.string(),
    action: z.string(),
    title: z.string(),
    target: z.string(),
    params: json,
    mode,
    status: z.enum(containmentStatuses),
    active: z.boolean().meta({ description: 'True when it is, or may be, in the world' }),
    appliedAt: time.nullable(),
    expiresAt: time,
    endedAt: time.nullable(),
    endedBy: actor.nullable(),
    temporalUrl: z.string().nullable(),
  })
  .meta({ id: 'Containment' });
export type Containment = z.infer<typeof containment>;

export const containmentPage = page(containment);

export const containmentQuery = z.object({
  ...pageQuery,
  status: listOf(containmentStatuses).optional(),
  active: flag.optional(),
  incident: id.optional(),
});

export const liftRequest = z.strictObject({ reason: reason.optional() });
export type LiftRequest = z.infer<typeof liftRequest>;

const dayMs = 86_400_000;
/** A containment is not a policy: from its start to its end it is held at most this long. */
export const longestHoldMs = 30 * dayMs;

export const extendRequest = z
  .strictObject({
    expiresAt: time.optional().meta({ description: 'The new end' }),
    byMs: z.number().int().min(1).max(longestHoldMs).optional().meta({ description: 'Or how much later it ends' }),
    reason: reason.optional(),
  })
  .refine((request) => (request.expiresAt === undefined) !== (request.byMs === undefined), {
    message: 'give either expiresAt or byMs',
  });
export type ExtendRequest = z.infer<typeof extendRequest>;
