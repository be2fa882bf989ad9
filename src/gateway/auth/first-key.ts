// The first administrator's key, so that a fresh install can be used at all.

import { firebreak } from '../../core/incident/events.ts';
import {
  activeKeysNamed,
  hasActiveAdmin,
  insertApiKey,
  lockApiKeys,
  readApiKey,
  revokeApiKey,
} from '../../store/api-keys.ts';
import type { Store, Trx } from '../../store/database.ts';
import { hashOf, isKey, keyIdOf, longestKey, newKeyText, shortestPresetKey } from './keys.ts';

const name = 'admin';

export type FirstKey = { created: true; keyId: string; key: string } | { created: false };

/**
 * Makes the key when no administrator has one, and gives its text this once. A preset key is the key, whatever its form;
 * another preset at a later start replaces it, and a preset that was revoked stays revoked. Safe in several processes.
 * @throws RangeError for a preset that cannot be a key
 */
export async function createFirstAdminKey(store: Store, preset?: string, now = new Date()): Promise<FirstKey> {
  if (preset !== undefined && !isPresetKey(preset)) {
    throw new RangeError(
      `The preset key must have ${shortestPresetKey} to ${longestKey} characters, letters, digits and signs without spaces`,
    );
  }
  return await store.transaction().execute(async (trx) => {
    await lockApiKeys(trx);
    if (preset === undefined ? await hasActiveAdmin(trx) : await isThere(trx, preset)) return { created: false };
    const at = now.toISOString();
    const key = preset ?? newKeyText();
    for (const old of await activeKeysNamed(trx, name)) await revokeApiKey(trx, old.key_id, firebreak, at);
    await insertApiKey(trx, {
      keyId: keyIdOf(key),
      name,
      role: 'admin',
      secretHash: hashOf(key),
      createdBy: firebreak,
      at,
    });
    return { created: true, keyId: keyIdOf(key), key };
  });
}

async function isThere(trx: Trx, preset: string): Promise<boolean> {
  const row = await readApiKey(trx, keyIdOf(preset));
  if (row && !isKey(preset, row.secret_hash)) throw new RangeError('The preset key has the id of another key');
  return row !== undefined;
}

// What can stand in a header after `Bearer `.
const isPresetKey = (text: string): boolean =>
  /^[\x21-\x7e]+$/.test(text) && text.length >= shortestPresetKey && text.length <= longestKey;
