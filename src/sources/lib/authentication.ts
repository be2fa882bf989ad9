// The ways in which senders prove who they are. Every comparison takes the same time whatever the difference, and all
// credentials are tried, so that neither a prefix nor the number of the matching credential shows.

import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Source, SourceRequest, Verdict } from '../source.ts';

/** How old, or how far ahead, a signed timestamp may be: Standard Webhooks' own figure. */
export const timestampToleranceMs = 5 * 60_000;

export const passed: Verdict = { ok: true };
export const refused = (code: string, detail: string): Verdict => ({ ok: false, code, detail });

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

export function matchesAny(given: string, credentials: readonly string[]): boolean {
  // Over digests: of equal length, whatever was given.
  const found = digest(given);
  return credentials.map((credential) => timingSafeEqual(found, digest(credential))).includes(true);
}

export function anySignatureMatches(given: readonly Buffer[], expected: readonly Buffer[]): boolean {
  const pairs = given.flatMap((one) => expected.map((other) => ({ one, other })));
  return pairs.map(({ one, other }) => one.length === other.length && timingSafeEqual(one, other)).includes(true);
}

/** `Authorization: Bearer <credential>`, or Basic with any user and the credential as password. */
export function verifyAuthorization({ headers }: SourceRequest, credentials: readonly string[]): Verdict {
  const [, scheme = '', value = ''] = /^(\S+) +(\S+) *$/.exec(headers.authorization ?? '') ?? [];
  switch (scheme.toLowerCase()) {
    case 'bearer':
      return matchesAny(value, credentials) ? passed : wrongCredential;
    case 'basic': {
      const text = Buffer.from(value, 'base64').toString();
      return matchesAny(text.slice(text.indexOf(':') + 1), credentials) ? passed : wrongCredential;
    }
    default:
      return refused(
        'credential_missing',
        'Send the credential as Authorization: Bearer <credential>, or as basic auth',
      );
  }
}

/** As above, or as the first segment of the path, for tools that can be given an address and no header. */
export function verifyToken(request: SourceRequest, credentials: readonly string[]): Verdict {
  const [inPath] = request.path;
  if (request.headers.authorization !== undefined || inPath === undefined) {
    return verifyAuthorization(request, credentials);
  }
  return matchesAny(inPath, credentials) ? passed : wrongCredential;
}

export const newToken = (): string => randomBytes(32).toString('base64url');

/** What sources of JSON with a token have in common. */
export const jsonWithToken = {
  authentication: 'bearer',
  contentTypes: ['application/json'],
  newCredential: newToken,
  verify: verifyToken,
  sign: (_body, credential) => ({ 'content-type': 'application/json', authorization: `Bearer ${credential}` }),
} satisfies Partial<Source>;

export const wrongCredential = refused(
  'credential_wrong',
  'The credential is not one of this source; `firebreak sources list --show-secrets` prints the right one',
);

export const wrongSignature = refused(
  'signature_wrong',
  'The signature is not one of this body by the secret of this source; ' +
    '`firebreak sources list --show-secrets` prints the right secret',
);

export const hmacSha256 = (key: string | Buffer, ...parts: (string | Buffer)[]): Buffer => {
  const hmac = createHmac('sha256', key);
  for (const part of parts) hmac.update(part);
  return hmac.digest();
};

/** Checked after the signature, so that only the real sender learns anything. `seconds` are of the Unix epoch. */
export function verifyTimestamp(seconds: string, receivedAtMs: number): Verdict {
  const differenceMs = receivedAtMs - Number(seconds) * 1_000;
  if (/^\d{1,12}$/.test(seconds) && Math.abs(differenceMs) <= timestampToleranceMs) return passed;
  return refused(
    'timestamp_stale',
    `The signed timestamp is ${JSON.stringify(seconds.slice(0, 20))}; it must be Unix seconds within five minutes of ` +
      'this server: check both clocks',
  );
}
