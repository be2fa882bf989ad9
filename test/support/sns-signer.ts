// Amazon SNS as tests have it: a certificate of their own, served where SNS serves its own, and messages signed with it.

import { execFileSync } from 'node:child_process';
import { createSign } from 'node:crypto';
import type { SourceSettings } from '../../src/core/plan/sources.ts';
import type { SafeRequest, SafeResponse } from '../../src/net/safe-fetch.ts';
import { canonicalText, type SnsMessage } from '../../src/sources/lib/sns-signature.ts';
import { isInstalled } from './processes.ts';

export const topic = 'arn:aws:sns:eu-west-1:123456789012:alarms';
export const certificateUrl = 'https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-test.pem';
export const snsSettings: SourceSettings = { sns: { topics: [topic] }, mappings: [] };

export const whyNoSns = (): string | undefined => (isInstalled('openssl') ? undefined : 'openssl is not installed');

let pair: { key: string; certificate: string } | undefined;

/** A key and its self-signed certificate; made once. */
function keyPair() {
  if (pair) return pair;
  const subject = ['-subj', '/CN=sns.amazonaws.com', '-days', '2'];
  const made = execFileSync(
    'openssl',
    ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', '-', '-out', '-', ...subject],
    { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] },
  );
  const block = (kind: string) => new RegExp(`-----BEGIN ${kind}[^]+?-----END ${kind}-----`).exec(made)?.[0] ?? '';
  pair = { key: block('PRIVATE KEY'), certificate: block('CERTIFICATE') };
  return pair;
}

export type Unsigned = Omit<SnsMessage, 'Signature' | 'SigningCertURL' | 'SignatureVersion'> & {
  SignatureVersion?: '1' | '2';
};

export function signedSnsMessage(unsigned: Unsigned): SnsMessage {
  const message = { SignatureVersion: '2' as const, ...unsigned, Signature: 'x', SigningCertURL: certificateUrl };
  const algorithm = message.SignatureVersion === '1' ? 'RSA-SHA1' : 'RSA-SHA256';
  const signature = createSign(algorithm)
    .update(canonicalText(message as SnsMessage), 'utf8')
    .sign(keyPair().key, 'base64');
  return { ...message, Signature: signature } as SnsMessage;
}

/** The sample's body as SNS would send it at this time. */
export function sealSns(body: string, nowMs: number): string {
  const { Signature: _signature, SigningCertURL: _url, ...unsigned } = JSON.parse(body);
  return JSON.stringify(signedSnsMessage({ ...unsigned, Timestamp: new Date(nowMs).toISOString() }));
}

/** Answers at the addresses of SNS alone, and keeps what was asked. */
export function snsFetch(status = 200) {
  const asked: string[] = [];
  const fetch = async ({ url }: SafeRequest): Promise<SafeResponse> => {
    asked.push(url);
    if (new URL(url).host !== 'sns.eu-west-1.amazonaws.com') throw new Error(`${url} is not of SNS`);
    const body = url === certificateUrl ? keyPair().certificate : '<ConfirmSubscriptionResponse/>';
    return { status, headers: {}, body, bodyCut: false };
  };
  return { fetch, asked };
}
