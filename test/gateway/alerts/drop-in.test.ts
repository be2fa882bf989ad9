// What senders that expect another server find at Firebreak.

import { expect, test } from 'vitest';
import { cloudevents } from '../../../src/sources/cloudevents.ts';
import { pagerduty } from '../../../src/sources/pagerduty.ts';
import { useAlertsGateway } from '../../support/alerts-gateway.ts';

const world = useAlertsGateway();

const json = { 'content-type': 'application/json' };
const event = (action: string, more: object = {}) =>
  JSON.stringify({ routing_key: world.gateway.credentialOf('pagerduty'), event_action: action, ...more });
const payload = { summary: 'Checkout is down', source: 'web-1', severity: 'critical' };
const enqueue = (body: string) => world.gateway.post(pagerduty, body, json, '/v2/enqueue');

test('an integration of PagerDuty gets the answer of PagerDuty, and one incident for each dedup_key', async () => {
  const [first, repeat] = [
    await enqueue(event('trigger', { dedup_key: 'a', payload })),
    await enqueue(event('trigger', { dedup_key: 'a', payload: { ...payload, summary: 'Still down' } })),
  ];
  expect(first).toMatchObject({
    status: 202,
    body: { status: 'success', message: 'Event processed', dedup_key: 'a', accepted: 1 },
  });
  expect(repeat.body).toMatchObject({ status: 'success', duplicates: 1, incidents: first.body.incidents });
  const resolved = await enqueue(event('resolve', { dedup_key: 'a' }));
  expect(resolved.body).toMatchObject({
    status: 'success',
    dedup_key: 'a',
    accepted: 1,
    incidents: first.body.incidents,
  });
  expect((await enqueue(event('trigger', { dedup_key: 'a', payload }))).body).toMatchObject({ accepted: 1 });
});

test('an event without a dedup_key gets one, and the same when it is sent again', async () => {
  const body = event('trigger', { payload: { ...payload, source: 'web-9' } });
  const [first, again] = [await enqueue(body), await enqueue(body)];
  expect(first.body).toMatchObject({ accepted: 1, dedup_key: expect.stringMatching(/^\w{32}$/) });
  expect(again.body).toMatchObject({ duplicates: 1, dedup_key: first.body.dedup_key });
});

test('a resolve of what does not fire opens nothing, and neither does an acknowledgement', async () => {
  for (const action of ['resolve', 'acknowledge']) {
    const answer = await enqueue(event(action, { dedup_key: 'never seen' }));
    expect(answer).toMatchObject({ status: 202, body: { status: 'success', incidents: [] } });
  }
});

test('an acknowledgement acknowledges the incident of what fires, once, on record as asked for by the source', async () => {
  const { body } = await enqueue(event('trigger', { dedup_key: 'acked', payload }));
  const [first, again] = [
    await enqueue(event('acknowledge', { dedup_key: 'acked' })),
    await enqueue(event('acknowledge', { dedup_key: 'acked' })),
  ];
  for (const answer of [first, again]) {
    expect(answer.body).toMatchObject({ status: 'success', accepted: 0, incidents: body.incidents });
  }
  const commands = await world.db.store.selectFrom('commands').selectAll().execute();
  expect(commands).toMatchObject([
    { incident_id: body.incidents[0].id, type: 'acknowledge', actor: 'source:pagerduty', status: 'pending' },
  ]);
  const entries = await world.db.store
    .selectFrom('audit_entries')
    .select('body')
    .where('body', 'like', '%command_requested%')
    .execute();
  expect(entries).toHaveLength(1);
});

test('a routing key of somebody else is refused, and an escaped one too', async () => {
  const body = event('trigger', { payload });
  const key = world.gateway.credentialOf('pagerduty');
  const escaped = body.replace(
    key,
    key.replace(/./g, (first) => `\\u00${first.charCodeAt(0).toString(16)}`),
  );
  expect(JSON.parse(escaped).routing_key).toBe(key);
  expect(await enqueue(body.replace(key, 'x'.repeat(32)))).toMatchObject({
    status: 401,
    body: { code: 'credential_wrong' },
  });
  expect(await enqueue(escaped)).toMatchObject({ status: 401, body: { code: 'credential_missing' } });
});

const ask = async (path: string, headers: Record<string, string>) => {
  const response = await fetch(`${world.gateway.url}${path}`, { method: 'OPTIONS', headers });
  return response.headers.get('webhook-allowed-origin');
};

test('a sender of CloudEvents may send once it shows the credential, in a header or in the address', async () => {
  const path = '/alerts/cloudevents';
  const credential = world.gateway.credentialOf('cloudevents');
  const origin = { 'webhook-request-origin': 'eventgrid.example:443' };
  expect(await ask(path, { ...origin, authorization: `Bearer ${credential}` })).toBe('eventgrid.example:443');
  expect(await ask(`${path}/${credential}`, origin)).toBe('eventgrid.example:443');
  expect(await ask(path, origin)).toBeNull();
  expect(await ask(`${path}/guess`, origin)).toBeNull();
  expect(await ask(`${path}/${credential}`, { 'webhook-request-origin': '<script>' })).toBeNull();
});

test('the same CloudEvent is one, however it is sent, and its binary mode needs no envelope', async () => {
  const headers = { authorization: `Bearer ${world.gateway.credentialOf('cloudevents')}` };
  const attributes = {
    specversion: '1.0',
    id: 'e-1',
    source: '/a',
    type: 'com.example.down',
    time: '2026-11-24T07:00:00Z',
  };
  const binary = Object.fromEntries(Object.entries(attributes).map(([name, value]) => [`ce-${name}`, value]));
  const data = { title: 'Down' };
  const first = await world.gateway.post(cloudevents, JSON.stringify(data), { ...headers, ...json, ...binary });
  const structured = { ...headers, 'content-type': 'application/cloudevents+json' };
  const again = await world.gateway.post(
    cloudevents,
    JSON.stringify({ ...attributes, data: { title: 'Else' } }),
    structured,
  );
  expect([first.body.accepted, again.body.duplicates]).toEqual([1, 1]);
  expect(again.body.incidents).toEqual(first.body.incidents);
});
