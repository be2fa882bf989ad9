// The Idempotency-Key of a request: repeating a request with the same key does nothing more.

import type { Request } from 'express';
import { z } from 'zod';
import { derivedId } from '../../core/ids.ts';
import { randomText } from '../auth/keys.ts';
import type { Principal } from '../auth/principal.ts';
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

/** The id of what a request makes: the same for each repeat with an Idempotency-Key; otherwise new. */
export function idOfRequested(
  kind: 'command' | 'silence',
  length: number,
  principal: Principal,
  idempotencyKey: string | undefined,
): string {
  const own = idempotencyKey === undefined ? ['once', randomText(32)] : ['key', idempotencyKey];
  return derivedId(length, kind, principal.actor, ...own);
}

export function keyReused(): Refusal {
  const detail = 'This Idempotency-Key was used for another request; use a new key for each thing that you ask for';
  return new Refusal(409, 'idempotency_key_reused', detail);
}
