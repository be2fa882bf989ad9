import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { longestHoldMs } from '../../../src/contract/api/containments.ts';
import { startTestGateway, type TestGateway } from './gateway.ts';
import { seedContainment, seedIncident } from './seed.ts';

let gateway: TestGateway;
let incidentId: string;
beforeAll(async () => {
  gateway = await startTestGateway();
  incidentId = await seedIncident(gateway.store);
});
afterAll(() => gateway.close());

let steps = 0;
const seed = (options: Parameters<typeof seedContainment>[2] = {}) => {
  steps += 1;
  return seedContainment(gateway.store, incidentId, { stepId: `s${steps}`, ...options });
};
const post = (path: string, body: unknown, headers: Record<string, string> = {}) =>
  gateway.call(`/api/containments/${path}`, { method: 'POST', key: 'responder', body, headers });
const commandFor = (containmentId: string) =>
  gateway.store.selectFrom('commands').selectAll().where('workflow_id', '=', `containment-${containmentId}`).execute();

describe('containments', () => {
  it('are listed, newest first, by whether they are in the world', async () => {
    const [held, lifted] = [await seed(), await seed({ status: 'lifted' })];
    const found = async (query: string) =>
      (await gateway.call(`/api/containments?${query}`, { key: 'viewer' })).json.items.map((c: { id: string }) => c.id);
    expect(await found(`incident=${incidentId}`)).toEqual([lifted, held]);
    expect(await found('active=true')).toContain(held);
    expect(await found('active=true')).not.toContain(lifted);
    expect(await found('active=false')).toEqual([lifted]);
    expect(await found('status=lifted')).toEqual([lifted]);
    const { json } = await gateway.call(`/api/containments/${held}`);
    expect(json).toMatchObject({
      ...{ action: 'block_ip', target: 'ip:203.0.113.7', mode: 'live', status: 'held', active: true },
      temporalUrl: `http://temporal.test/namespaces/default/workflows/containment-${held}`,
    });
  });

  it('are lifted by their own workflow', async () => {
    const id = await seed();
    const answer = await post(`${id}/lift`, { reason: 'false alarm' });
    expect(answer.status).toBe(200);
    expect((await commandFor(id))[0]).toMatchObject({
      incident_id: incidentId,
      payload: { type: 'lift', commandId: answer.json.id, actor: 'key:the-responder', reason: 'false alarm' },
    });
    const { json } = await gateway.call(`/api/audit?incident=${incidentId}&kind=command_requested`);
    expect(JSON.parse(json.items.at(-1).body).data.request).toEqual({
      ...{ type: 'lift', containmentId: id, reason: 'false alarm' },
    });
  });

  it('are lifted without a body too', async () => {
    const id = await seed();
    const answer = await gateway.call(`/api/containments/${id}/lift`, { method: 'POST', key: 'responder' });
    expect(answer.status).toBe(200);
  });

  it('are extended to a time or by a time', async () => {
    const id = await seed({ expiresInMs: 60_000 });
    const { json: before } = await gateway.call(`/api/containments/${id}`);
    await post(`${id}/extend`, { byMs: 5_000 });
    const later = new Date(Date.parse(before.expiresAt) + 7_000).toISOString();
    await post(`${id}/extend`, { expiresAt: later });
    const ends = (await commandFor(id)).map(({ payload }) => (payload as { expiresAt: string }).expiresAt).sort();
    expect(ends).toEqual([new Date(Date.parse(before.expiresAt) + 5_000).toISOString(), later]);
  });

  it('are extended once for one Idempotency-Key', async () => {
    const id = await seed();
    const key = { 'idempotency-key': `extend-${id}` };
    const answers = [
      await post(`${id}/extend`, { byMs: 5_000 }, key),
      await post(`${id}/extend`, { byMs: 5_000 }, key),
    ];
    expect(answers.map((answer) => answer.status)).toEqual([200, 200]);
    expect(await commandFor(id)).toHaveLength(1);
    expect((await post(`${id}/lift`, {}, key)).json.code).toBe('idempotency_key_reused');
  });

  it.each<[string, object, number, string]>([
    ['earlier than they end', { expiresAt: new Date(Date.now() + 1_000).toISOString() }, 409, 'not_an_extension'],
    ['into the past', { expiresAt: '2020-01-01T00:00:00.000Z' }, 409, 'not_an_extension'],
    ['beyond the longest hold', { byMs: longestHoldMs }, 409, 'held_too_long'],
    ['both ways at once', { byMs: 1, expiresAt: '2030-01-01T00:00:00.000Z' }, 400, 'invalid_request'],
    ['not at all', {}, 400, 'invalid_request'],
    ['backwards', { byMs: -1 }, 400, 'invalid_request'],
  ])('are not extended %s', async (_what, body, status, code) => {
    const id = await seed();
    const answer = await post(`${id}/extend`, body);
    expect([answer.status, answer.json.code]).toEqual([status, code]);
    expect(await commandFor(id)).toEqual([]);
  });

  it('that are over cannot be changed', async () => {
    const id = await seed({ status: 'lifted' });
    expect((await post(`${id}/lift`, {})).json.code).toBe('containment_ended');
    expect((await post(`${id}/extend`, { byMs: 1_000 })).json.code).toBe('containment_ended');
    expect((await post('nowhere/lift', {})).json.code).toBe('containment_not_found');
  });
});
