// Keys of the API. Only their hashes are here; making and comparing them is the gateway's.

import { sql } from 'kysely';
import type { Role } from '../core/roles.ts';
import { appendAudit } from './audit.ts';
import type { Store, Trx } from './database.ts';

export interface NewApiKey {
  keyId: string;
  name: string;
  role: Role;
  secretHash: Buffer;
  createdBy: string;
  /** ISO-8601. */
  at: string;
}

export type ApiKeyRow = NonNullable<Awaited<ReturnType<typeof readApiKey>>>;

export async function readApiKey(store: Store | Trx, keyId: string) {
  return await store.selectFrom('api_keys').selectAll().where('key_id', '=', keyId).executeTakeFirst();
}

/** Keys are few; a thousand are shown at most, newest first. */
export async function listApiKeys(store: Store) {
  return await store
    .selectFrom('api_keys')
    .selectAll()
    .orderBy('created_at', 'desc')
    .orderBy('key_id')
    .limit(1_000)
    .execute();
}

/** Holds off everyone else who adds keys until the transaction ends, so that checks made before stay true. */
export async function lockApiKeys(trx: Trx): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtext('firebreak_api_keys'))`.execute(trx);
}

export async function activeKeysNamed(trx: Trx, name: string) {
  return await trx
    .selectFrom('api_keys')
    .selectAll()
    .where('name', '=', name)
    .where('revoked_at', 'is', null)
    .execute();
}

/** `except`: the key that does not count. */
export async function hasActiveAdmin(trx: Trx, except = ''): Promise<boolean> {
  const row = await trx
    .selectFrom('api_keys')
    .select('key_id')
    .where('role', '=', 'admin')
    .where('revoked_at', 'is', null)
    .where('key_id', '<>', except)
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

export async function insertApiKey(trx: Trx, key: NewApiKey): Promise<void> {
  await trx
    .insertInto('api_keys')
    .values({
      key_id: key.keyId,
      name: key.name,
      role: key.role,
      secret_hash: key.secretHash,
      created_at: key.at,
      created_by: key.createdBy,
    })
    .execute();
  const data = { keyId: key.keyId, name: key.name, role: key.role };
  await appendAudit(trx, [{ at: key.at, actor: key.createdBy, kind: 'key_created', key: `key/${key.keyId}`, data }]);
}

/** False when there is no such key or it is revoked already. */
export async function revokeApiKey(trx: Trx, keyId: string, actor: string, at: string): Promise<boolean> {
  const row = await trx
    .updateTable('api_keys')
    .set({ revoked_at: at })
    .where('key_id', '=', keyId)
    .where('revoked_at', 'is', null)
    .returning(['name', 'role'])
    .executeTakeFirst();
  if (!row) return false;
  const data = { keyId, name: row.name, role: row.role };
  await appendAudit(trx, [{ at, actor, kind: 'key_revoked', key: `key/${keyId}/revoked`, data }]);
  return true;
}

export async function touchApiKey(store: Store, keyId: string, at: Date): Promise<void> {
  await store
    .updateTable('api_keys')
    .set({ last_used_at: at })
    .where('key_id', '=', keyId)
    .where((eb) => eb.or([eb('last_used_at', 'is', null), eb('last_used_at', '<', at)]))
    .execute();
}
