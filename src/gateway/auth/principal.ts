// Who makes a request: by a key in the header, or by a session in the cookie.

import type { Request } from 'express';
import type { Role } from '../../core/roles.ts';
import { readApiKey, touchApiKey } from '../../store/api-keys.ts';
import type { Store } from '../../store/database.ts';
import { readSession } from '../../store/sessions.ts';
import { hashOf, isKey, keyIdOf, longestKey } from './keys.ts';
import { sessionCookie } from './session-cookie.ts';

export interface Principal {
  keyId: string;
  name: string;
  role: Role;
  /** As it stands on the audit log: `key:<name>`. */
  actor: string;
  /** Set when the request came with a cookie. */
  session: { hash: Buffer; expiresAt: Date } | null;
}

export type Authentication =
  | { ok: true; principal: Principal }
  | { ok: false; code: 'authentication_required' | 'key_invalid' | 'session_ended'; detail: string };

const touchEveryMs = 60_000;

/** Reads the store at every request, so that revoking a key works at once. A wrong header is not made good by a cookie. */
export async function authenticate(store: Store, request: Request, now: Date): Promise<Authentication> {
  const header = request.headers.authorization;
  if (header !== undefined) return await byHeader(store, header, now);
  const token = sessionCookie(request);
  if (token !== undefined) return await bySession(store, token, now);
  return {
    ok: false,
    code: 'authentication_required',
    detail: 'Send an API key as `Authorization: Bearer fbk_…`, or sign in to the console',
  };
}

async function byHeader(store: Store, header: string, now: Date): Promise<Authentication> {
  const text = /^Bearer +([\x21-\x7e]+)$/i.exec(header)?.[1];
  const principal = text === undefined ? undefined : await byKey(store, text, now);
  if (principal) return { ok: true, principal };
  return { ok: false, code: 'key_invalid', detail: 'The API key is unknown or revoked; ask an administrator for one' };
}

/** Whose key it is; undefined when it is unknown or revoked. */
export async function byKey(store: Store, text: string, now: Date): Promise<Principal | undefined> {
  if (text.length > longestKey) return undefined;
  const row = await readApiKey(store, keyIdOf(text));
  if (!isKey(text, row?.secret_hash) || !row || row.revoked_at) return undefined;
  if (!row.last_used_at || now.getTime() - row.last_used_at.getTime() >= touchEveryMs) {
    await touchApiKey(store, row.key_id, now);
  }
  return principalOf(row, null);
}

async function bySession(store: Store, token: string, now: Date): Promise<Authentication> {
  const hash = hashOf(token);
  const row = await readSession(store, hash, now);
  if (!row || row.revoked_at) return { ok: false, code: 'session_ended', detail: 'The session is over; sign in again' };
  return { ok: true, principal: principalOf(row, { hash, expiresAt: row.expires_at }) };
}

function principalOf(row: { key_id: string; name: string; role: Role }, session: Principal['session']): Principal {
  return { keyId: row.key_id, name: row.name, role: row.role, actor: `key:${row.name}`, session };
}
