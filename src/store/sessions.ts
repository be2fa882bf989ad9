// Sessions of browsers: the hash of a random token, bound to a key. Revoking the key ends them.

import type { Store } from './database.ts';

export interface NewSession {
  sessionHash: Buffer;
  keyId: string;
  createdAt: Date;
  expiresAt: Date;
}

/** Also clears away sessions that are over. */
export async function insertSession(store: Store, { sessionHash, keyId, createdAt, expiresAt }: NewSession) {
  await store.deleteFrom('sessions').where('expires_at', '<', createdAt).execute();
  await store
    .insertInto('sessions')
    .values({ session_hash: sessionHash, key_id: keyId, created_at: createdAt, expires_at: expiresAt })
    .execute();
}

/** The session with its key, unless it is over. Whether the key is revoked is in the row. */
export async function readSession(store: Store, sessionHash: Buffer, at: Date) {
  return await store
    .selectFrom('sessions')
    .innerJoin('api_keys', 'api_keys.key_id', 'sessions.key_id')
    .selectAll('api_keys')
    .select('sessions.expires_at')
    .where('session_hash', '=', sessionHash)
    .where('expires_at', '>', at)
    .executeTakeFirst();
}

export async function deleteSession(store: Store, sessionHash: Buffer): Promise<void> {
  await store.deleteFrom('sessions').where('session_hash', '=', sessionHash).execute();
}
