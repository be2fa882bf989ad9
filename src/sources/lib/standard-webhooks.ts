// Standard Webhooks (standard-webhooks spec, symmetric): base64 HMAC-SHA256 of `id.timestamp.body`. The npm package is not
// used here: it reads the clock, and checks the text of the body after decoding it, not its bytes.

import { createHash } from 'node:crypto';
import type { SourceRequest, Verdict } from '../source.ts';
import { anySignatureMatches, hmacSha256, refused, verifyTimestamp, wrongSignature } from './authentication.ts';

export const secretPrefix = 'whsec_';
const maxSignatures = 10;

const keyOf = (credential: string): Buffer => Buffer.from(credential.replace(secretPrefix, ''), 'base64');

export function verifyStandardWebhook(
  { headers, body, receivedAtMs }: SourceRequest,
  credentials: readonly string[],
): Verdict {
  const id = headers['webhook-id'] ?? '';
  const seconds = headers['webhook-timestamp'] ?? '';
  const signatures = (headers['webhook-signature'] ?? '')
    .split(' ', maxSignatures)
    .filter((one) => one.startsWith('v1,'));
  if (id === '' || seconds === '' || signatures.length === 0) {
    return refused(
      'signature_missing',
      'Send webhook-id, webhook-timestamp and webhook-signature as Standard Webhooks defines them (v1, symmetric)',
    );
  }
  const given = signatures.map((one) => Buffer.from(one.slice(3), 'base64'));
  const expected = credentials.map((credential) => hmacSha256(keyOf(credential), `${id}.${seconds}.`, body));
  return anySignatureMatches(given, expected) ? verifyTimestamp(seconds, receivedAtMs) : wrongSignature;
}

/** The id is derived: sending the same body at the same time again is the same delivery. */
export function signStandardWebhook(body: string, credential: string, nowMs: number): Record<string, string> {
  const seconds = String(Math.floor(nowMs / 1_000));
  const id = `msg_${createHash('sha256').update(`${nowMs} ${body}`).digest('hex').slice(0, 24)}`;
  const signature = hmacSha256(keyOf(credential), `${id}.${seconds}.`, body).toString('base64');
  return {
    'content-type': 'application/json',
    'webhook-id': id,
    'webhook-timestamp': seconds,
    'webhook-signature': `v1,${signature}`,
  };
}
