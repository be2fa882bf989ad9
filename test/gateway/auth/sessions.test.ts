import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { keyIdOf } from '../../../src/gateway/auth/keys.ts';
import { sessionLastsMs } from '../../../src/gateway/auth/session-cookie.ts';
import { makeKey, startTestGateway, type TestGateway } from '../api/gateway.ts';
import { seedIncident } from '../api/seed.ts';

let gateway: TestGateway;
let clockMs = Date.now();
beforeAll(async () => {
  gateway = await startTestGateway({ now: () => new Date(clockMs) });
});
afterAll(() => gateway.close());

async function signIn(key: string): Promise<{ cookie: string; header: string }> {
  const answer = await gateway.call('/api/session', { method: 'POST', key: null, body: { key } });
  expect(answer.status).toBe(201);
  const header = answer.headers.get('set-cookie') ?? '';
  return { cookie: header.split(';')[0] ?? '', header };
}

const own = () => ({ origin: gateway.url, 'x-firebreak-request': '1' });

describe('a session', () => {
  it('is a cookie that no script reads and no other site sends', async () => {
    const { header, cookie } = await signIn(gateway.keys.responder);
    expect(header).toMatch(
      /^firebreak_session=[0-9A-Za-z]{43}; Max-Age=43200; Path=\/; Expires=[^;]+; HttpOnly; SameSite=Strict$/,
    );
    const { json } = await gateway.call('/api/session', { key: null, headers: { cookie } });
    expect(json).toMatchObject({ name: 'the-responder', role: 'responder', actor: 'key:the-responder' });
    expect(Date.parse(json.expiresAt)).toBe(clockMs + sessionLastsMs);
    const stored = await gateway.store.selectFrom('sessions').selectAll().execute();
    expect(JSON.stringify(stored)).not.toContain(cookie.split('=')[1]);
  });

  it('ends after twelve hours', async () => {
    const { cookie } = await signIn(gateway.keys.viewer);
    const status = async () => (await gateway.call('/api/session', { key: null, headers: { cookie } })).status;
    clockMs += sessionLastsMs - 1;
    expect(await status()).toBe(200);
    clockMs += 1;
    expect(await status()).toBe(401);
  });

  it('ends when it is signed out', async () => {
    const { cookie } = await signIn(gateway.keys.viewer);
    const out = await gateway.call('/api/session', { method: 'DELETE', key: null, headers: { cookie, ...own() } });
    expect(out.status).toBe(204);
    expect(out.headers.get('set-cookie')).toMatch(/^firebreak_session=; Max-Age=0/);
    expect((await gateway.call('/api/session', { key: null, headers: { cookie } })).json.code).toBe('session_ended');
  });

  it('ends when its key is revoked', async () => {
    const key = await makeKey(gateway.store, 'left-yesterday', 'viewer');
    const { cookie } = await signIn(key);
    await gateway.call(`/api/keys/${keyIdOf(key)}`, { method: 'DELETE' });
    expect((await gateway.call('/api/session', { key: null, headers: { cookie } })).status).toBe(401);
  });

  it('does not make up for a wrong key in the header', async () => {
    const { cookie } = await signIn(gateway.keys.admin);
    expect((await gateway.call('/api/keys', { key: 'wrong', headers: { cookie } })).status).toBe(401);
  });

  it('needs a valid key to begin', async () => {
    const answer = await gateway.call('/api/session', { method: 'POST', key: null, body: { key: 'nope' } });
    expect(answer.status).toBe(401);
    expect(answer.headers.get('set-cookie')).toBeNull();
  });
});

describe('a request that changes something with a cookie', () => {
  const acknowledge = async (cookie: string, headers: Record<string, string>) => {
    const incidentId = await seedIncident(gateway.store);
    const body = { type: 'acknowledge' };
    const path = `/api/incidents/${incidentId}/commands`;
    const answer = await gateway.call(path, { method: 'POST', key: null, body, headers: { cookie, ...headers } });
    const commands = await gateway.store
      .selectFrom('commands')
      .selectAll()
      .where('incident_id', '=', incidentId)
      .execute();
    return { status: answer.status, code: answer.json.code, stored: commands.length };
  };

  it('is taken from the console itself', async () => {
    const { cookie } = await signIn(gateway.keys.responder);
    expect(await acknowledge(cookie, own())).toMatchObject({ status: 200, stored: 1 });
    const publicOrigin = { origin: 'http://firebreak.test', 'x-firebreak-request': '1' };
    expect(await acknowledge(cookie, publicOrigin)).toMatchObject({ status: 200, stored: 1 });
    const withoutOrigin = { 'sec-fetch-site': 'same-origin', 'x-firebreak-request': '1' };
    expect(await acknowledge(cookie, withoutOrigin)).toMatchObject({ status: 200, stored: 1 });
  });

  it.each<[string, Record<string, string>]>([
    ['without our header', { origin: 'http://firebreak.test' }],
    ['from another site', { origin: 'https://evil.test', 'x-firebreak-request': '1' }],
    ['from a page without an origin', { origin: 'null', 'x-firebreak-request': '1' }],
    ['from a sibling site', { 'sec-fetch-site': 'same-site', 'x-firebreak-request': '1' }],
    ['that does not say where it comes from', { 'x-firebreak-request': '1' }],
  ])('is refused %s', async (_what, headers) => {
    const { cookie } = await signIn(gateway.keys.responder);
    expect(await acknowledge(cookie, headers)).toEqual({ status: 403, code: 'cross_site_request', stored: 0 });
  });

  it('cannot be a sign-in from another site', async () => {
    const answer = await gateway.call('/api/session', {
      method: 'POST',
      key: null,
      body: { key: gateway.keys.viewer },
      headers: { origin: 'https://evil.test' },
    });
    expect(answer.json.code).toBe('cross_site_request');
  });
});

describe('over https', () => {
  it('is a cookie for this host and https only', async () => {
    const secure = await startTestGateway({ publicUrl: 'https://firebreak.test' });
    const answer = await secure.call('/api/session', { method: 'POST', key: null, body: { key: secure.keys.viewer } });
    const header = answer.headers.get('set-cookie') ?? '';
    expect(header).toMatch(/^__Host-firebreak_session=.*; Path=\/; .*HttpOnly; Secure; SameSite=Strict$/);
    const cookie = header.split(';')[0] ?? '';
    expect((await secure.call('/api/session', { key: null, headers: { cookie } })).status).toBe(200);
    await secure.close();
  });
});
