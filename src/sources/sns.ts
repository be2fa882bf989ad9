// Amazon SNS, above all alarms of CloudWatch. A message passes when the credential is in the address, its topic is in
// sources.yaml of the response plan, and Amazon signed it. A subscription is confirmed at the topic's own SNS; the
// SubscribeURL of the message is never visited.

import { z } from 'zod';
import { jsonWithToken, refused, verifyToken } from './lib/authentication.ts';
import { alarmNotification, eventBridgeEvent, findingsOf, ofAlarmNotification } from './lib/aws-events.ts';
import { boundedAlert, type FoundAlert } from './lib/bounded-alert.ts';
import { entitiesFrom, labelsFrom } from './lib/flat.ts';
import { checked, parseJson } from './lib/json.ts';
import { type SampleAlert, samplesOf } from './lib/scenarios.ts';
import { type SnsMessage, snsMessage, snsOf, verifySnsSignature } from './lib/sns-signature.ts';
import { cleanIdentity } from './lib/text.ts';
import { readTime } from './lib/times.ts';
import { defineSource, type SourceRequest, type SourceWorld, type Verdict } from './source.ts';

const name = 'sns';
const confirmTimeoutMs = 10_000;
/** SNS tries for an hour at most; its message keeps the time of the first try. */
const maxAgeMs = 3_900_000;
const maxAheadMs = 300_000;

export const sns = defineSource<SnsMessage>({
  ...jsonWithToken,
  authentication: 'body',
  name,
  title: 'Amazon SNS: CloudWatch alarms',
  // SNS calls its JSON plain text.
  contentTypes: ['text/plain', 'application/json'],
  maxAgeMs,
  verify,
  deliveryId: ({ body }) => cleanIdentity(parseJson(body, snsMessage).MessageId, 256),
  parse: ({ body }) => parseJson(body, snsMessage),
  normalise: (message, receivedAtMs) =>
    message.Type === 'Notification'
      ? foundIn(message).map((found) => boundedAlert({ ...found, source: name }, receivedAtMs))
      : [],
  confirm,
  cannotBeSigned: 'Amazon signs what SNS sends: publish to the topic with `aws sns publish` instead.',
  snippet: (url, credential) => `# response-plan/sources.yaml
sns: { topics: [arn:aws:sns:eu-west-1:123456789012:alarms] }
# AWS CLI; Firebreak confirms the subscription by itself
aws sns set-topic-attributes --topic-arn <topic> --attribute-name SignatureVersion --attribute-value 2
aws sns subscribe --topic-arn <topic> --protocol https --notification-endpoint ${url}/${credential}
`,
  samples: samplesOf(sampleBody, { only: ['service-down', 'disk-full'] }),
  sign: (_body, credential) => ({ 'content-type': 'text/plain; charset=UTF-8', authorization: `Bearer ${credential}` }),
});

async function verify(request: SourceRequest, credentials: readonly string[], world: SourceWorld): Promise<Verdict> {
  const verdict = verifyToken(request, credentials);
  if (!verdict.ok) return verdict;
  const message = readMessage(request);
  if (message === undefined) return refused('signature_missing', 'Send a message of Amazon SNS, not in raw delivery');
  if (!world.settings.sns.topics.includes(message.TopicArn) || snsOf(message.TopicArn) === undefined) {
    return refused('topic_not_allowed', 'The topic is not in sources.yaml of the response plan, under sns.topics');
  }
  const signed = await verifySnsSignature(message, request.receivedAtMs, world);
  if (!signed.ok) return signed;
  const ageMs = request.receivedAtMs - Date.parse(message.Timestamp);
  if (ageMs <= maxAgeMs && ageMs >= -maxAheadMs) return signed;
  return refused(
    'timestamp_stale',
    'The message was sent too long ago, or in the future: check the clock of this server',
  );
}

function readMessage({ body }: SourceRequest): SnsMessage | undefined {
  try {
    return parseJson(body, snsMessage);
  } catch {
    return undefined;
  }
}

/** Its own address is built from the topic and the token, both of which were signed. */
async function confirm({ Type, TopicArn, Token }: SnsMessage, world: SourceWorld): Promise<void> {
  const at = snsOf(TopicArn);
  if (Type !== 'SubscriptionConfirmation' || at === undefined || !Token) return;
  const query = new URLSearchParams({ Action: 'ConfirmSubscription', TopicArn, Token });
  const { status } = await world.fetch({ url: `https://${at.host}/?${query}`, timeoutMs: confirmTimeoutMs });
  if (status !== 200) throw new Error(`Amazon SNS answered ${status} when the subscription was confirmed`);
}

const envelope = z.looseObject({ 'detail-type': z.string() });
const alarmed = z.looseObject({ AlarmName: z.string() });

function foundIn(message: SnsMessage): Omit<FoundAlert, 'source'>[] {
  const json = jsonOf(message.Message);
  if (envelope.safeParse(json).success) return findingsOf(checked(json, eventBridgeEvent));
  if (alarmed.safeParse(json).success) return [ofAlarmNotification(checked(json, alarmNotification))];
  return [ofText(message)];
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** What a program published in its own words. */
function ofText({ Subject, Message, TopicArn, Timestamp, MessageId }: SnsMessage): Omit<FoundAlert, 'source'> {
  const title = Subject || Message.trim().split('\n')[0] || 'Message';
  const finding = JSON.stringify([TopicArn, title.slice(0, 300)]);
  return {
    fingerprint: finding,
    status: 'firing',
    title,
    description: Message,
    startsAt: readTime(Timestamp, 'Timestamp'),
    labels: labelsFrom({ topic: TopicArn }),
    annotations: labelsFrom({ message_id: MessageId }),
    entities: entitiesFrom({ resource: [TopicArn] }),
    groupKey: finding,
  };
}

function sampleBody({ alertname, summary, description, status, startsAt, endsAt, labels }: SampleAlert) {
  const changedAt = (status === 'firing' ? startsAt : endsAt).replace('Z', '+0000');
  const [account, region] = ['123456789012', 'eu-west-1'];
  const message = {
    AlarmName: alertname,
    AlarmDescription: `${summary}. ${description}`,
    AWSAccountId: account,
    Region: 'EU (Ireland)',
    NewStateValue: status === 'firing' ? 'ALARM' : 'OK',
    NewStateReason: 'Threshold Crossed: 3 datapoints were greater than the threshold (5.0).',
    StateChangeTime: changedAt,
    AlarmArn: `arn:aws:cloudwatch:${region}:${account}:alarm:${alertname}`,
    OldStateValue: status === 'firing' ? 'OK' : 'ALARM',
    Trigger: {
      MetricName: '5xx',
      Namespace: 'Shop',
      Dimensions: [{ name: 'service', value: labels.service }],
    },
  };
  return {
    Type: 'Notification',
    MessageId: `${alertname}-${status}-${startsAt}`,
    TopicArn: `arn:aws:sns:${region}:${account}:alarms`,
    Subject: `${status === 'firing' ? 'ALARM' : 'OK'}: "${alertname}" in EU (Ireland)`,
    Message: JSON.stringify(message),
    Timestamp: endsAt.startsWith('0001') ? startsAt : endsAt,
    SignatureVersion: '2',
    Signature: 'of Amazon',
    SigningCertURL: `https://sns.${region}.amazonaws.com/SimpleNotificationService-sample.pem`,
  };
}
