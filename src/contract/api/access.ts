// Who may use the API: keys of programs and people, and sessions of browsers.

import { z } from 'zod';
import { actor, id, page, role, time } from './common.ts';

export const apiKey = z
  .object({
    id,
    name: z.string(),
    role,
    createdAt: time,
    createdBy: actor,
    lastUsedAt: time.nullable(),
    revokedAt: time.nullable(),
  })
  .meta({ id: 'ApiKey' });
export type ApiKey = z.infer<typeof apiKey>;

export const apiKeyPage = page(apiKey);

export const apiKeyRequest = z.strictObject({
  name: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9._@-]{0,63}$/, 'must be a name of letters, digits and . _ @ -, up to 64 characters')
    .meta({ description: 'Who holds it; it is on the audit log with everything done by this key' }),
  role,
});
export type ApiKeyRequest = z.infer<typeof apiKeyRequest>;

export const newApiKey = apiKey
  .extend({ key: z.string().meta({ description: 'Shown only now; Firebreak keeps its hash' }) })
  .meta({ id: 'NewApiKey' });

export const sessionRequest = z.strictObject({ key: z.string().min(1).max(300) });
export type SessionRequest = z.infer<typeof sessionRequest>;

export const session = z
  .object({
    name: z.string(),
    role,
    actor,
    expiresAt: time.nullable().meta({ description: 'Null when the request came with a key instead of a cookie' }),
  })
  .meta({ id: 'Session' });
export type Session = z.infer<typeof session>;

/** Requests that change something and come with a cookie must carry this header: a form of another site cannot. */
export const requestHeader = { name: 'X-Firebreak-Request', value: '1' } as const;
