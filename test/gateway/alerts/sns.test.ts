// Amazon SNS at the gateway: what is judged before anything is fetched, and what is never visited.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { SnsMessage } from '../../../src/sources/lib/sns-signature.ts';
import { sns } from '../../../src/sources/sns.ts';
import { type AlertsGateway, startAlertsGateway } from '../../support/alerts-gateway.ts';
import { type FreshDatabase, freshDatabase } from '../../support/postgres.ts';
import {
  certificateUrl,
  signedSnsMessage,
  snsFetch,
  topic,
  type Unsigned,
  whyNoSns,
} from '../../support/sns-signer.ts';

const why = whyNoSns();
let db: FreshDatabase;
let gateway: AlertsGateway;
let network: ReturnType<typeof snsFetch>;
beforeAll(async () => {
  db = await freshDatabase();
  network = snsFetch();
  gateway = await startAlertsGateway(db.store, { deps: { fetch: (request) => network.fetch(request) } });
});
afterAll(async () => {
  await gateway.close();
  await db.close();
});

let count = 0;
function message(more: Partial<Unsigned> = {}): SnsMessage {
  count += 1;
  return signedSnsMessage({
    Type: 'Notification',
    MessageId: `m-${count}`,
    TopicArn: topic,
    Subject: 'Backup failed',
    Message: `Backup ${count} of db-1 failed`,
    Timestamp: new Date().toISOString(),
    ...more,
  });
}

/** As SNS posts it: the credential in the address, JSON called plain text. */
async function deliver(sent: SnsMessage, path = `/alerts/sns/${gateway.credentialOf('sns')}`) {
  network = snsFetch();
  const before = await stored();
  const answer = await gateway.post(sns, JSON.stringify(sent), { 'content-type': 'text/plain; charset=UTF-8' }, path);
  return { ...answer, asked: network.asked, isStored: (await stored()) !== before };
}

async function stored(): Promise<number> {
  const rows = await db.store.selectFrom('raw_alerts').select('raw_id').execute();
  return rows.length;
}

describe.skipIf(why)(`messages of SNS${why ? ` (skipped: ${why})` : ''}`, () => {
  test.each(['1', '2'] as const)('signed by version %s are taken', async (SignatureVersion) => {
    const answer = await deliver(message({ SignatureVersion }));
    expect(answer).toMatchObject({ status: 202, body: { accepted: 1 }, isStored: true });
    expect(answer.asked.every((url) => url === certificateUrl)).toBe(true);
  });

  test('with the same MessageId are one, whatever they say', async () => {
    const first = message();
    const again = message({ MessageId: first.MessageId, Message: 'Another text' });
    expect((await deliver(first)).body).toMatchObject({ accepted: 1 });
    expect((await deliver(again)).body).toMatchObject({ accepted: 0, duplicates: 1 });
  });

  test('of another topic are refused, though Amazon signed them, and nothing is fetched', async () => {
    const sent = message({ TopicArn: topic.replace('alarms', 'theirs') });
    const answer = await deliver(sent);
    expect(answer).toMatchObject({ status: 401, body: { code: 'topic_not_allowed' }, asked: [], isStored: false });
  });

  test('without the credential are refused, and nothing is fetched', async () => {
    const answer = await deliver(message(), '/alerts/sns/guess');
    expect(answer).toMatchObject({ status: 401, body: { code: 'credential_wrong' }, asked: [], isStored: false });
  });

  test.each([
    'http://sns.eu-west-1.amazonaws.com/SimpleNotificationService-a.pem',
    'https://sns.eu-west-1.amazonaws.com.evil.example/SimpleNotificationService-a.pem',
    'https://sns.us-east-1.amazonaws.com/SimpleNotificationService-a.pem',
    'https://sns.eu-west-1.amazonaws.com:8443/SimpleNotificationService-a.pem',
    'https://user@sns.eu-west-1.amazonaws.com/SimpleNotificationService-a.pem',
    'https://sns.eu-west-1.amazonaws.com/bucket/SimpleNotificationService-a.pem',
    'https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-a.pem?x=1',
    'https://my-bucket.s3.amazonaws.com/SimpleNotificationService-a.pem',
    'https://169.254.169.254/SimpleNotificationService-a.pem',
    'file:///etc/passwd',
    'not a url',
  ])('with a certificate at %s are refused, and nothing is fetched', async (SigningCertURL) => {
    const answer = await deliver({ ...message(), SigningCertURL });
    expect(answer).toMatchObject({ status: 401, body: { code: 'certificate_url_wrong' }, asked: [], isStored: false });
  });

  test.each(['Message', 'Subject', 'MessageId', 'Timestamp'] as const)(
    'with an altered %s are refused',
    async (field) => {
      const answer = await deliver({ ...message(), [field]: '2026-11-24T11:00:00.000Z' });
      expect(answer).toMatchObject({ status: 401, body: { code: 'signature_wrong' }, isStored: false });
    },
  );

  test('that are over an hour old are refused: SNS gives up before', async () => {
    const old = message({ Timestamp: new Date(Date.now() - 2 * 3_600_000).toISOString() });
    expect(await deliver(old)).toMatchObject({ status: 401, body: { code: 'timestamp_stale' }, isStored: false });
  });

  test('come again when the certificate cannot be fetched: nothing is known of them', async () => {
    const other = certificateUrl.replace('test', 'another');
    const answer = await deliver({ ...message(), SigningCertURL: other });
    expect(answer).toMatchObject({ status: 503, body: { code: 'certificate_unavailable' }, isStored: false });
    expect(answer.headers.get('retry-after')).toBe('5');
    expect(answer.asked).toEqual([other]);
  });
});

const confirmation = (more: Partial<Unsigned> = {}) =>
  message({
    Type: 'SubscriptionConfirmation',
    Token: '2336412f37fb687f',
    Subject: undefined,
    SubscribeURL: 'https://evil.example/?Action=ConfirmSubscription',
    ...more,
  });

describe.skipIf(why)(`a subscription of SNS${why ? ` (skipped: ${why})` : ''}`, () => {
  test("is confirmed at the topic's own SNS, never at the SubscribeURL that the message names", async () => {
    const answer = await deliver(confirmation());
    expect(answer).toMatchObject({ status: 202, body: { accepted: 0, duplicates: 0, incidents: [] } });
    const visited = answer.asked.filter((url) => url !== certificateUrl);
    const query = `Action=ConfirmSubscription&TopicArn=${encodeURIComponent(topic)}&Token=2336412f37fb687f`;
    expect(visited).toEqual([`https://sns.eu-west-1.amazonaws.com/?${query}`]);
  });

  test('that is forged is not confirmed', async () => {
    const forged = { ...confirmation(), Token: 'theirs' };
    const answer = await deliver(forged);
    expect(answer).toMatchObject({ status: 401, body: { code: 'signature_wrong' } });
    expect(answer.asked.every((url) => url === certificateUrl)).toBe(true);
  });

  test('of another topic is not confirmed', async () => {
    const answer = await deliver(confirmation({ TopicArn: topic.replace('alarms', 'theirs') }));
    expect(answer).toMatchObject({ status: 401, body: { code: 'topic_not_allowed' }, asked: [] });
  });

  test('is asked for again when it could not be confirmed', async () => {
    const failing = snsFetch(500);
    const busy = await startAlertsGateway(db.store, { deps: { fetch: failing.fetch } });
    const path = `/alerts/sns/${busy.credentialOf('sns')}`;
    const answer = await busy.post(sns, JSON.stringify(confirmation()), { 'content-type': 'text/plain' }, path);
    expect(answer).toMatchObject({ status: 503, body: { code: 'not_confirmed' } });
    await busy.close();
  });
});
