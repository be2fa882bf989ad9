// The ed25519 keys of decisions: the gateway signs with the private one, the privileged worker has only the public one.
// Where they are kept is src/secrets's.

import { createPrivateKey, createPublicKey, generateKeyPairSync, sign } from 'node:crypto';
import { parsePublicKey } from '../audit/keys.ts';
import type { Sign, Verify } from '../core/audit/checkpoint.ts';

export interface DecisionKeyPems {
  /** PKCS8. */
  privateKey: string;
  /** SPKI. */
  publicKey: string;
}

export function newDecisionKeys(): DecisionKeyPems {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  return {
    privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    publicKey: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
  };
}

/** @throws when the text is not a private key */
export function decisionSigner(privateKeyPem: string): Sign {
  const key = createPrivateKey(privateKeyPem);
  const publicPem = createPublicKey(key).export({ type: 'spki', format: 'pem' }).toString();
  return {
    keyId: decisionVerifier(publicPem).keyId,
    sign: (text) => sign(null, Buffer.from(text, 'utf8'), key).toString('base64'),
  };
}

/** @throws AuditFileError when the text is not an ed25519 public key */
export function decisionVerifier(publicKeyPem: string): Verify {
  return parsePublicKey(publicKeyPem, 'The public key of decisions');
}
