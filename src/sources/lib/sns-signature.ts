// The signature of Amazon SNS's messages (docs.aws.amazon.com/sns, "Verifying the signatures of Amazon SNS messages"). The
// message names the certificate itself: its address is judged before anything is fetched.

import { createVerify, X509Certificate } from 'node:crypto';
import { z } from 'zod';
import type { SourceWorld, Verdict } from '../source.ts';
import { passed, refused, wrongSignature } from './authentication.ts';

const needed = z.string().min(1);
export const snsMessage = z.looseObject({
  Type: z.enum(['Notification', 'SubscriptionConfirmation', 'UnsubscribeConfirmation']),
  MessageId: needed,
  TopicArn: needed,
  Message: z.string(),
  Timestamp: needed,
  SignatureVersion: z.enum(['1', '2']),
  Signature: needed,
  SigningCertURL: needed,
  Subject: z.string().nullish(),
  Token: z.string().nullish(),
  SubscribeURL: z.string().nullish(),
});
export type SnsMessage = z.output<typeof snsMessage>;

/** What is signed: these fields in this order, each name and value on a line; a Subject only where there is one. */
export function canonicalText(message: SnsMessage): string {
  const names =
    message.Type === 'Notification'
      ? (['Message', 'MessageId', 'Subject', 'Timestamp', 'TopicArn', 'Type'] as const)
      : (['Message', 'MessageId', 'SubscribeURL', 'Timestamp', 'Token', 'TopicArn', 'Type'] as const);
  return names.flatMap((name) => (message[name] == null ? [] : `${name}\n${message[name]}\n`)).join('');
}

/** `arn:aws-cn:sns:cn-north-1:…` → region and the host of its SNS; undefined for what is no ARN of a topic. */
export function snsOf(topicArn: string): { region: string; host: string } | undefined {
  const [, partition, region = ''] = /^arn:(aws(?:-cn|-us-gov)?):sns:([a-z0-9-]{3,30}):\d{12}:/.exec(topicArn) ?? [];
  if (partition === undefined) return undefined;
  return { region, host: `sns.${region}.amazonaws.com${partition === 'aws-cn' ? '.cn' : ''}` };
}

/** Only of the topic's own SNS, over TLS, at the address where it keeps its certificates. */
function isCertificateUrl(text: string, topicArn: string): boolean {
  const url = URL.parse(text);
  const host = snsOf(topicArn)?.host;
  return (
    url !== null &&
    url.protocol === 'https:' &&
    url.host === host &&
    url.username === '' &&
    url.password === '' &&
    url.search === '' &&
    /^\/SimpleNotificationService-[\w-]{1,100}\.pem$/.test(url.pathname)
  );
}

const fetchTimeoutMs = 5_000;
const certificateBytes = 32 * 1024;

/** By address; SNS renews them about once a year, under another address. */
const certificates = new Map<string, X509Certificate>();
const mostCertificates = 50;

export async function verifySnsSignature(
  message: SnsMessage,
  receivedAtMs: number,
  world: SourceWorld,
): Promise<Verdict> {
  const { SigningCertURL: url, TopicArn: topicArn, SignatureVersion: version } = message;
  if (!isCertificateUrl(url, topicArn)) {
    return refused('certificate_url_wrong', 'SigningCertURL is not one of Amazon SNS in the region of the topic');
  }
  const certificate = await certificateAt(url, world);
  if (certificate === undefined) {
    const detail = 'The certificate of Amazon SNS cannot be fetched, so nothing is known of the sender';
    return { ok: false, code: 'certificate_unavailable', detail, retry: true };
  }
  const isValid =
    certificate.validFromDate.getTime() <= receivedAtMs && receivedAtMs <= certificate.validToDate.getTime();
  if (!isValid)
    return refused('certificate_expired', 'The certificate is not valid now: check the clock of this server');
  const verifier = createVerify(version === '1' ? 'RSA-SHA1' : 'RSA-SHA256').update(canonicalText(message), 'utf8');
  return verifier.verify(certificate.publicKey, message.Signature, 'base64') ? passed : wrongSignature;
}

async function certificateAt(url: string, world: SourceWorld): Promise<X509Certificate | undefined> {
  const known = certificates.get(url);
  if (known) return known;
  try {
    const answer = await world.fetch({ url, timeoutMs: fetchTimeoutMs, maxBodyBytes: certificateBytes });
    if (answer.status !== 200) return undefined;
    const certificate = new X509Certificate(answer.body);
    if (certificates.size >= mostCertificates) certificates.clear();
    certificates.set(url, certificate);
    return certificate;
  } catch {
    return undefined;
  }
}
