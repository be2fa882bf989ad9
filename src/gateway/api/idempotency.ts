// The Idempotency-Key of a request: repeating a request with the same key does nothing more.

import type { Request } from 'express';
import { z } from 'zod';
import { Refusal } from './refusal.ts';

const key = z.string().regex(/^[\x21-\x7e]{1,200}$/);

export const idempotencyHeaders = z.object({
  'Idempotency-Key': key.optional().meta({ description: 'Repeating the request with the same key does nothing more' }),
});

export function readIdempotencyKey(request: Request): string | undefined {
  const parsed = key.optional().safeParse(request.get('idempotency-key'));
  if (parsed.success) return parsed.data;
  throw new Refusal(400, 'invalid_request', 'Idempotency-Key must have 1 to 200 letters, digits or signs, no spaces');
}
