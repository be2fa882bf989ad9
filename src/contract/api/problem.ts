// What every refusal looks like: application/problem+json (RFC 9457) with a stable code.

import { z } from 'zod';

export const problem = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.number().int(),
    /** Stable, snake_case. */
    code: z.string(),
    /** What was found and what would be right. */
    detail: z.string(),
    requestId: z.string().optional(),
    /** One per wrong field of a request. */
    errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
  })
  .meta({ id: 'Problem' });
export type Problem = z.infer<typeof problem>;
