// Keys and sessions.

import { z } from 'zod';
import {
  type ApiKey,
  apiKey,
  apiKeyPage,
  apiKeyRequest,
  id,
  newApiKey,
  session,
  sessionRequest,
} from '../../../contract/api/index.ts';
import {
  type ApiKeyRow,
  activeKeysNamed,
  hasActiveAdmin,
  insertApiKey,
  listApiKeys,
  lockApiKeys,
  readApiKey,
  revokeApiKey,
} from '../../../store/api-keys.ts';
import type { Trx } from '../../../store/database.ts';
import { deleteSession, insertSession } from '../../../store/sessions.ts';
import { hashOf, keyIdOf, newKeyText } from '../../auth/keys.ts';
import { byKey, type Principal } from '../../auth/principal.ts';
import { isOwnOrigin } from '../../auth/same-origin.ts';
import { clearSessionCookie, newSessionToken, sessionLastsMs, setSessionCookie } from '../../auth/session-cookie.ts';
import { refuseTooMany } from '../guard.ts';
import { notFound, Refusal } from '../refusal.ts';
import { json, route } from '../route.ts';

const params = z.object({ id });

const presentKey = (row: ApiKeyRow): ApiKey => ({
  id: row.key_id,
  name: row.name,
  role: row.role,
  createdAt: row.created_at.toISOString(),
  createdBy: row.created_by,
  lastUsedAt: row.last_used_at?.toISOString() ?? null,
  revokedAt: row.revoked_at?.toISOString() ?? null,
});

const presentSession = ({ name, role, actor, session: own }: Principal) => ({
  name,
  role,
  actor,
  expiresAt: own?.expiresAt.toISOString() ?? null,
});

export const accessRoutes = [
  route({
    method: 'get',
    path: '/api/keys',
    summary: 'All keys, without their secrets',
    tag: 'Access',
    access: 'admin',
    responses: { 200: { description: 'The keys, newest first', schema: apiKeyPage } },
    handle: async ({ deps }) => json({ items: (await listApiKeys(deps.store)).map(presentKey), next: null }),
  }),
  route({
    method: 'post',
    path: '/api/keys',
    summary: 'A new key; its text is shown only in this response',
    tag: 'Access',
    access: 'admin',
    body: apiKeyRequest,
    responses: { 201: { description: 'The key', schema: newApiKey } },
    problems: [409],
    handle: async ({ body: { name, role }, deps, principal, now }) => {
      const key = newKeyText();
      const keyId = keyIdOf(key);
      const row = await deps.store.transaction().execute(async (trx) => {
        await lockApiKeys(trx);
        // Approvals tell people apart by these names; and a request that is repeated makes no second key.
        if ((await activeKeysNamed(trx, name)).length > 0) {
          throw new Refusal(
            409,
            'name_taken',
            `There is a key named ${name}; revoke that one first, or use another name`,
          );
        }
        const at = now.toISOString();
        await insertApiKey(trx, { keyId, name, role, secretHash: hashOf(key), createdBy: principal.actor, at });
        return await readApiKey(trx, keyId);
      });
      if (!row) throw new Error(`Key ${keyId} was not stored`);
      return json({ ...presentKey(row), key }, 201);
    },
  }),
  route({
    method: 'delete',
    path: '/api/keys/:id',
    summary: 'Revoke a key; it and its sessions end at once',
    tag: 'Access',
    access: 'admin',
    params,
    responses: { 200: { description: 'The revoked key', schema: apiKey } },
    problems: [404, 409],
    handle: async ({ params: { id: keyId }, deps, principal, now }) => {
      const row = await deps.store.transaction().execute(async (trx) => {
        await lockApiKeys(trx);
        await refuseLastAdmin(trx, keyId);
        await revokeApiKey(trx, keyId, principal.actor, now.toISOString());
        return await readApiKey(trx, keyId);
      });
      if (!row) throw notFound('key', keyId);
      return json(presentKey(row));
    },
  }),
  route({
    method: 'post',
    path: '/api/session',
    summary: 'Sign a browser in with a key',
    tag: 'Access',
    access: 'public',
    body: sessionRequest,
    responses: { 201: { description: 'Signed in; the cookie is HttpOnly', schema: session } },
    problems: [401, 403, 429],
    handle: async ({ body: { key }, deps, request, response, now, countFailure }) => {
      const origin = request.get('origin');
      if (origin !== undefined && !isOwnOrigin(request, origin, deps.publicUrl)) {
        throw new Refusal(403, 'cross_site_request', 'Sign in from the console itself');
      }
      const principal = await byKey(deps.store, key.trim(), now);
      if (!principal) {
        await refuseTooMany(request, countFailure);
        throw new Refusal(401, 'key_invalid', 'The API key is unknown or revoked; ask an administrator for one');
      }
      const token = newSessionToken();
      const expiresAt = new Date(now.getTime() + sessionLastsMs);
      const sessionHash = hashOf(token);
      await insertSession(deps.store, { sessionHash, keyId: principal.keyId, createdAt: now, expiresAt });
      setSessionCookie(response, token, deps.publicUrl);
      return json(presentSession({ ...principal, session: { hash: sessionHash, expiresAt } }), 201);
    },
  }),
  route({
    method: 'get',
    path: '/api/session',
    summary: 'Who asks',
    tag: 'Access',
    access: 'viewer',
    responses: { 200: { description: 'Name and role', schema: session } },
    handle: ({ principal }) => json(presentSession(principal)),
  }),
  route({
    method: 'delete',
    path: '/api/session',
    summary: 'Sign the browser out',
    tag: 'Access',
    access: 'viewer',
    responses: { 204: { description: 'Signed out' } },
    handle: async ({ deps, principal, response }) => {
      if (principal.session) await deleteSession(deps.store, principal.session.hash);
      clearSessionCookie(response, deps.publicUrl);
      return { kind: 'empty' };
    },
  }),
];

/** Without an administrator nobody could make the next key. */
async function refuseLastAdmin(trx: Trx, keyId: string): Promise<void> {
  const key = await readApiKey(trx, keyId);
  if (key?.role !== 'admin' || key.revoked_at || (await hasActiveAdmin(trx, keyId))) return;
  throw new Refusal(409, 'last_admin', `${key.name} is the only administrator; make another key with that role first`);
}
