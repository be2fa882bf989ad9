/**
 * The ed25519 key pair that signs checkpoints. The private key never leaves its file and this process; only the process
 * that makes checkpoints needs it. Verifying needs the public key alone.
 */
import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  sign as signBytes,
  verify as verifyBytes,
} from 'node:crypto';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Sign, Verify } from '../core/audit/checkpoint.ts';
import { AuditFileError, createOnce, ignoreMissing, readIfThere } from './durable-files.ts';

/** A public key that verifies checkpoints, with its SPKI PEM. */
export type AuditPublicKey = Verify & { readonly pem: string };

export type AuditSigningKey = Sign & { readonly publicKey: AuditPublicKey };

export const signingKeyPath = (firebreakDir: string): string => join(firebreakDir, 'secrets', 'audit-signing.key');
export const publicKeyPath = (firebreakDir: string): string => join(firebreakDir, 'keys', 'audit-signing.pub');

/**
 * The log's signing key, made on first use. Safe when several processes start at once: all get the same key.
 * @throws AuditFileError `audit_key_exposed`, `audit_key_unreadable`, `audit_key_missing`, `audit_key_mismatch`
 */
export async function loadOrCreateSigningKey(firebreakDir: string): Promise<AuditSigningKey> {
  const privatePem = (await readPrivatePem(firebreakDir)) ?? (await createPrivatePem(firebreakDir));
  const privateKey = parsePrivateKey(privatePem, signingKeyPath(firebreakDir));
  const publicKey = publicKeyOf(createPublicKey(privateKey));
  await publish(publicKey, publicKeyPath(firebreakDir));
  return {
    keyId: publicKey.keyId,
    publicKey,
    sign: (text) => signBytes(null, Buffer.from(text, 'utf8'), privateKey).toString('base64'),
  };
}

/** The log's public key, or null where none was made yet. */
export async function loadPublicKey(firebreakDir: string): Promise<AuditPublicKey | null> {
  const path = publicKeyPath(firebreakDir);
  const pem = await readIfThere(path);
  return pem === null ? null : parsePublicKey(pem, path);
}

/** @throws AuditFileError `audit_key_unreadable`; `name` says where the text is from. */
export function parsePublicKey(pem: string, name: string): AuditPublicKey {
  return publicKeyOf(parseKey(() => createPublicKey(pem), name, 'an ed25519 public key in SPKI PEM'));
}

async function readPrivatePem(firebreakDir: string): Promise<string | null> {
  const path = signingKeyPath(firebreakDir);
  const stats = await stat(path).catch(ignoreMissing);
  if (stats === null) return null;
  const mode = (stats.mode & 0o777).toString(8).padStart(4, '0');
  if ((stats.mode & 0o077) !== 0) {
    throw new AuditFileError(
      'audit_key_exposed',
      `${path} has mode ${mode}, so others on this machine can use the audit log's signing key; it must be 0600. ` +
        'Where nobody else can have read it: chmod 600 it. Otherwise treat the key as stolen and start a new one.',
    );
  }
  return readIfThere(path);
}

async function createPrivatePem(firebreakDir: string): Promise<string> {
  const path = signingKeyPath(firebreakDir);
  if ((await readIfThere(publicKeyPath(firebreakDir))) !== null) {
    // Between the two reads another process may have made the pair: only a key that is still missing was lost.
    const madeMeanwhile = await readPrivatePem(firebreakDir);
    if (madeMeanwhile !== null) return madeMeanwhile;
    throw new AuditFileError(
      'audit_key_missing',
      `${path} is missing, though ${publicKeyPath(firebreakDir)} exists: put the key back from a backup. ` +
        'If it is lost, move the public key and the checkpoints away, and keep them: they still verify the log so far.',
    );
  }
  const pem = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  const outcome = await createOnce(path, pem, { mode: 0o600, folderMode: 0o700 });
  const kept = outcome === 'created' ? pem : await readPrivatePem(firebreakDir);
  if (kept === null) throw new AuditFileError('audit_key_missing', `${path} was removed while it was being made.`);
  return kept;
}

async function publish(publicKey: AuditPublicKey, path: string): Promise<void> {
  if ((await createOnce(path, publicKey.pem, { mode: 0o644, folderMode: 0o755 })) === 'created') return;
  const kept = parsePublicKey((await readIfThere(path)) ?? '', path);
  if (kept.keyId !== publicKey.keyId) {
    throw new AuditFileError(
      'audit_key_mismatch',
      `${path} holds key ${kept.keyId}, but the signing key's public half is ${publicKey.keyId}: one of the two files ` +
        'was replaced. Put back the right pair from a backup, and find out who can write to these files.',
    );
  }
}

function parsePrivateKey(pem: string, path: string): KeyObject {
  return parseKey(() => createPrivateKey(pem), path, 'an ed25519 private key in PKCS8 PEM');
}

function parseKey(parse: () => KeyObject, name: string, right: string): KeyObject {
  let key: KeyObject | undefined;
  try {
    key = parse();
  } catch {
    // Falls through to the error below: OpenSSL's own text may quote the key.
  }
  if (key?.asymmetricKeyType !== 'ed25519') {
    throw new AuditFileError('audit_key_unreadable', `${name} is not ${right}. Put back the right file from a backup.`);
  }
  return key;
}

function publicKeyOf(key: KeyObject): AuditPublicKey {
  const raw = Buffer.from(key.export({ format: 'jwk' }).x ?? '', 'base64url');
  return {
    keyId: createHash('sha256').update(raw).digest('hex').slice(0, 16),
    pem: key.export({ type: 'spki', format: 'pem' }).toString(),
    verify: (text, signature) => {
      const bytes = Buffer.from(signature, 'base64');
      // Strict: one signature has one text, so a checkpoint cannot be altered without being found out.
      return bytes.toString('base64') === signature && verifyBytes(null, Buffer.from(text, 'utf8'), key, bytes);
    },
  };
}
