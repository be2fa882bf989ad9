// The ed25519 pair that signs decisions. The gateway needs the private half, the privileged worker only the public one.

import { createPublicKey } from 'node:crypto';
import { join } from 'node:path';
import { newDecisionKeys } from '../approvals/keys.ts';
import { createOnce, readIfThere } from '../audit/durable-files.ts';
import { SecretsError } from './error.ts';
import { readSecretFile, secretModes } from './secret-file.ts';

export const decisionSigningKeyPath = (firebreakDir: string): string =>
  join(firebreakDir, 'secrets', 'decision-signing.key');
export const decisionPublicKeyPath = (firebreakDir: string): string =>
  join(firebreakDir, 'keys', 'decision-signing.pub');

/** Makes the pair on first use; of several processes all get the same one. Throws SecretsError. */
export async function ensureDecisionKeys(firebreakDir: string): Promise<void> {
  const path = decisionSigningKeyPath(firebreakDir);
  if ((await readSecretFile(path)) === null) await createOnce(path, newDecisionKeys().privateKey, secretModes);
  const publicKey = publicHalf(await readDecisionSigningKey(firebreakDir), path);
  const publicPath = decisionPublicKeyPath(firebreakDir);
  if ((await createOnce(publicPath, publicKey, { mode: 0o644, folderMode: 0o755 })) === 'created') return;
  if ((await readDecisionPublicKey(firebreakDir)).trim() === publicKey.trim()) return;
  throw new SecretsError(
    'secrets_unreadable',
    `${publicPath} is not the public half of ${path}: one of the two was replaced. Put back the right pair from a ` +
      'backup; where the private key is lost, remove both, and every pending decision must be made again.',
  );
}

/** PKCS8 PEM, for the gateway. Throws SecretsError. */
export async function readDecisionSigningKey(firebreakDir: string): Promise<string> {
  const path = decisionSigningKeyPath(firebreakDir);
  return (await readSecretFile(path)) ?? missing(path);
}

/** SPKI PEM, for the privileged worker. Throws SecretsError. */
export async function readDecisionPublicKey(firebreakDir: string): Promise<string> {
  const path = decisionPublicKeyPath(firebreakDir);
  return (await readIfThere(path)) ?? missing(path);
}

function missing(path: string): never {
  throw new SecretsError('secrets_missing', `${path} is missing: run \`firebreak migrate\`, which makes the key pair.`);
}

function publicHalf(privatePem: string, path: string): string {
  try {
    return createPublicKey(privatePem).export({ type: 'spki', format: 'pem' }).toString();
  } catch {
    throw new SecretsError('secrets_unreadable', `${path} is not a private key in PEM: put it back from a backup.`);
  }
}
