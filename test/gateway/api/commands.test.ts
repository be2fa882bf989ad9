import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { GatewayDeps, PlannedAction } from '../../../src/gateway/deps.ts';
import { readCommand } from '../../../src/store/commands.ts';
import type { Store } from '../../../src/store/database.ts';
import { deliverAtOnce, refuseAtOnce, startTestGateway, type TestGateway } from './gateway.ts';
import { seedIncident } from './seed.ts';

let gateway: TestGateway;
let deliver: (store: Store, commandId: string) => ReturnType<GatewayDeps['deliver']>;
let planned: PlannedAction;
let incidentId: string;

const notDelivered = async (store: Store, commandId: string) => {
  const command = await readCommand(store, commandId);
  if (!command) throw new Error('not stored before it is delivered');
  return command;
};

beforeAll(async () => {
  gateway = await startTestGateway({
    deliver: (commandId) => deliver(gateway.store, commandId),
    planAction: async () => planned,
  });
});
beforeEach(async () => {
  deliver = deliverAtOnce;
  planned = { ok: false, because: 'refused', code: 'protected_range', reason: 'That is our own range' };
  incidentId = await seedIncident(gateway.store);
});
afterAll(() => gateway.close());

const send = (body: unknown, headers: Record<string, string> = {}, key = 'responder', id = incidentId) =>
  gateway.call(`/api/incidents/${id}/commands`, { method: 'POST', key, body, headers });
const commandsOf = (id = incidentId) =>
  gateway.store.selectFrom('commands').selectAll().where('incident_id', '=', id).execute();
const auditOf = async (kind: string, id = incidentId) => {
  const { json } = await gateway.call(`/api/audit?incident=${id}&kind=${kind}`);
  return json.items.map((entry: { body: string }) => JSON.parse(entry.body));
};

describe('a command', () => {
  it('is stored with its audit entry before it is delivered, and answered as done', async () => {
    const answer = await send({ type: 'assign', to: 'bo' });
    expect(answer.status).toBe(200);
    expect(answer.json).toMatchObject({ incidentId, type: 'assign', status: 'done', actor: 'key:the-responder' });
    const [row] = await commandsOf();
    expect(row).toMatchObject({
      workflow_id: `incident-${incidentId}`,
      payload: { type: 'assign', to: 'bo' },
      actor: 'key:the-responder',
      actor_role: 'responder',
    });
    expect(await auditOf('command_requested')).toMatchObject([
      { actor: 'key:the-responder', data: { commandId: answer.json.id, request: { type: 'assign', to: 'bo' } } },
    ]);
  });

  it.each([
    [{ type: 'acknowledge' }, { type: 'acknowledge' }],
    [
      { type: 'note', text: ' It was the backup job ' },
      { type: 'note', text: 'It was the backup job' },
    ],
    [
      { type: 'severity', severity: 'low' },
      { type: 'severity', severity: 'low', reason: '' },
    ],
    [
      { type: 'resolve', reason: 'fixed' },
      { type: 'resolve', reason: 'fixed' },
    ],
    [
      { type: 'dismiss', disposition: 'benign' },
      { type: 'dismiss', disposition: 'benign', reason: '' },
    ],
    [
      { type: 'start_step', stepId: 's1' },
      { type: 'start_step', stepId: 's1' },
    ],
    [
      { type: 'settle', stepId: 's1', happened: false },
      { type: 'settle', stepId: 's1', happened: false, reason: '' },
    ],
  ])('%j reaches the workflow as it should', async (body, payload) => {
    expect((await send(body)).status).toBe(200);
    expect((await commandsOf())[0]?.payload).toEqual(payload);
  });

  it('is accepted when Temporal is down, to be delivered later', async () => {
    deliver = notDelivered;
    const answer = await send({ type: 'acknowledge' });
    expect(answer.status).toBe(202);
    expect(answer.json.status).toBe('pending');
    const location = answer.headers.get('location') ?? '';
    const path = location.replace('http://firebreak.test', '');
    expect((await gateway.call(path, { key: 'viewer' })).json).toEqual(answer.json);
    await deliverAtOnce(gateway.store, answer.json.id);
    expect((await gateway.call(path)).json.status).toBe('done');
  });

  it('says why the workflow refused it, and the audit log knows', async () => {
    deliver = refuseAtOnce;
    const answer = await send({ type: 'resolve' });
    expect(answer.status).toBe(409);
    expect(answer.json).toMatchObject({ code: 'already_recovered', detail: 'It is resolved' });
    expect(await auditOf('command_refused')).toMatchObject([{ data: { type: 'resolve', code: 'already_recovered' } }]);
    const [row] = await commandsOf();
    expect((await gateway.call(`/api/commands/${row?.command_id}`)).json).toMatchObject({
      status: 'refused',
      refusal: { code: 'already_recovered' },
    });
  });

  it('is done once for one Idempotency-Key, also when asked again at the same time', async () => {
    const headers = { 'idempotency-key': `k-${incidentId}` };
    const answers = await Promise.all(Array.from({ length: 6 }, () => send({ type: 'note', text: 'x' }, headers)));
    expect(answers.map((answer) => answer.status)).toEqual(Array(6).fill(200));
    expect(new Set(answers.map((answer) => answer.json.id)).size).toBe(1);
    expect(await commandsOf()).toHaveLength(1);
    expect(await auditOf('command_requested')).toHaveLength(1);
  });

  it('is refused when its Idempotency-Key was used for something else', async () => {
    const headers = { 'idempotency-key': `k-${incidentId}` };
    await send({ type: 'note', text: 'one' }, headers);
    expect((await send({ type: 'note', text: 'two' }, headers)).json.code).toBe('idempotency_key_reused');
    const other = await seedIncident(gateway.store);
    expect((await send({ type: 'note', text: 'one' }, headers, 'responder', other)).status).toBe(409);
    // Another person's key is another person's.
    expect((await send({ type: 'note', text: 'two' }, headers, 'admin')).status).toBe(200);
  });

  it('is a new one each time without an Idempotency-Key', async () => {
    await send({ type: 'note', text: 'x' });
    await send({ type: 'note', text: 'x' });
    expect(await commandsOf()).toHaveLength(2);
  });

  it.each(['closed', 'dismissed', 'merged'] as const)('other than reopen is refused when it is %s', async (status) => {
    const ended = await seedIncident(gateway.store, { status });
    expect((await send({ type: 'acknowledge' }, {}, 'responder', ended)).json.code).toBe('incident_ended');
    expect(await commandsOf(ended)).toHaveLength(0);
    expect((await send({ type: 'reopen', reason: 'it is back' }, {}, 'responder', ended)).status).toBe(200);
  });

  it('to merge needs an incident to merge into', async () => {
    expect((await send({ type: 'merge', into: 'nowhere' })).json.code).toBe('merge_target_not_found');
    const into = await seedIncident(gateway.store);
    expect((await send({ type: 'merge', into, reason: 'same cause' })).status).toBe(200);
  });

  it.each([
    [{}, 'body.type'],
    [{ type: 'launch' }, 'body.type'],
    [{ type: 'assign' }, 'body.to'],
    [{ type: 'assign', to: '  ' }, 'body.to'],
    [{ type: 'note', text: 'a\0b' }, 'body.text'],
    [{ type: 'note', text: 'x'.repeat(8_001) }, 'body.text'],
    [{ type: 'severity', severity: 'apocalyptic' }, 'body.severity'],
    [{ type: 'dismiss', disposition: 'whatever' }, 'body.disposition'],
    [{ type: 'acknowledge', extra: 1 }, 'body'],
    [{ type: 'run_action', action: 'rm -rf', params: {} }, 'body.action'],
    [{ type: 'run_action', action: 'block_ip', params: { ip: '\ud800' } }, 'body.params.ip'],
    [
      { type: 'run_action', action: 'block_ip', params: JSON.parse(`{"a":${'['.repeat(40)}${']'.repeat(40)}}`) },
      'body.params.a',
    ],
  ])('of the wrong form is refused by field: %#', async (body, path) => {
    const answer = await send(body);
    expect(answer.status).toBe(400);
    expect(answer.json.errors.map((error: { path: string }) => error.path)).toContain(path);
    expect(await commandsOf()).toHaveLength(0);
  });

  it('to an incident that is not there is refused', async () => {
    expect((await send({ type: 'acknowledge' }, {}, 'responder', 'nowhere')).json.code).toBe('incident_not_found');
  });
});

describe('running an action', () => {
  const body = { type: 'run_action', action: 'block_ip', params: { ip: '203.0.113.7' }, holdMs: 60_000 };

  it('goes to the workflow as the step that was planned', async () => {
    const step = {
      ...{ id: 'p1', title: 'Block 203.0.113.7', requestedBy: 'key:the-responder', action: 'block_ip' },
      ...{ params: { ip: '203.0.113.7' }, target: 'ip:203.0.113.7', kind: 'containment' as const, reversible: true },
      ...{
        mode: 'simulate' as const,
        level: 'approve' as const,
        timeoutMs: 1,
        type: 'action' as const,
        retry: { attempts: 1, waitMs: 10_000 },
        holdMs: 60_000,
      },
      approval: { quorum: 1, roles: ['responder'], expiresAfterMs: 1, remindAfterMs: null },
      ...{ onFailure: 'escalate' as const, skip: null },
    };
    planned = { ok: true, step };
    expect((await send(body)).status).toBe(200);
    expect((await commandsOf())[0]?.payload).toEqual({ type: 'run_action', step });
  });

  it('is refused when a guard says no or the parameters are wrong, and nothing is stored', async () => {
    const refused = await send(body);
    expect([refused.status, refused.json.code]).toEqual([409, 'protected_range']);
    planned = { ok: false, because: 'invalid', code: 'invalid_parameters', reason: 'ip: must be an address' };
    const invalid = await send(body);
    expect([invalid.status, invalid.json.detail]).toEqual([400, 'ip: must be an address']);
    expect(await commandsOf()).toHaveLength(0);
  });
});
