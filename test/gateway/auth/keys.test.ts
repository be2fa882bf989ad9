import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { failuresAllowed } from '../../../src/gateway/auth/failed-limit.ts';
import { createFirstAdminKey } from '../../../src/gateway/auth/first-key.ts';
import { keyIdOf, newKeyText } from '../../../src/gateway/auth/keys.ts';
import { type FreshDatabase, freshDatabase } from '../../support/postgres.ts';
import { makeKey, startTestGateway, type TestGateway } from '../api/gateway.ts';

describe('keys', () => {
  let gateway: TestGateway;
  let clockMs = Date.now();
  beforeAll(async () => {
    gateway = await startTestGateway({ now: () => new Date(clockMs) });
  });
  afterAll(() => gateway.close());

  it('have the form fbk_<keyId>_<secret> with at least 32 characters of secret', () => {
    const key = newKeyText();
    expect(key).toMatch(/^fbk_[0-9a-z]{12}_[0-9A-Za-z]{32,}$/);
    expect(keyIdOf(key)).toBe(key.split('_')[1]);
    expect(newKeyText()).not.toBe(key);
  });

  it('are made by administrators, shown once, and work at once', async () => {
    const made = await gateway.call('/api/keys', { method: 'POST', body: { name: 'ci', role: 'responder' } });
    expect(made.status).toBe(201);
    const { json: who } = await gateway.call('/api/session', { key: made.json.key });
    expect(who).toEqual({ name: 'ci', role: 'responder', actor: 'key:ci', expiresAt: null });
    const list = await gateway.call('/api/keys');
    expect(list.text).not.toContain(made.json.key.split('_')[2]);
    expect(list.json.items.map((key: { name: string }) => key.name)).toContain('ci');
    const stored = await gateway.store.selectFrom('api_keys').selectAll().execute();
    expect(JSON.stringify(stored)).not.toContain(made.json.key.split('_')[2]);
  });

  it('are refused when only the secret is wrong', async () => {
    const key = gateway.keys.viewer;
    const wrong = `${key.slice(0, -1)}${key.endsWith('a') ? 'b' : 'a'}`;
    const answer = await gateway.call('/api/incidents', { key: wrong });
    expect(answer.status).toBe(401);
    expect(answer.json.code).toBe('key_invalid');
    expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer/);
  });

  it('stop working the moment they are revoked, and are on the audit log', async () => {
    const { json: made } = await gateway.call('/api/keys', { method: 'POST', body: { name: 'leaver', role: 'admin' } });
    expect((await gateway.call('/api/keys', { key: made.key })).status).toBe(200);
    const revoked = await gateway.call(`/api/keys/${made.id}`, { method: 'DELETE' });
    expect(revoked.json.revokedAt).not.toBeNull();
    expect((await gateway.call('/api/keys', { key: made.key })).status).toBe(401);
    const { json: audit } = await gateway.call('/api/audit?kind=key_revoked');
    expect(JSON.parse(audit.items.at(-1).body)).toMatchObject({
      actor: 'key:the-admin',
      data: { keyId: made.id, name: 'leaver' },
    });
  });

  it('do not share a name, so that approvals tell people apart', async () => {
    const again = await gateway.call('/api/keys', { method: 'POST', body: { name: 'the-viewer', role: 'viewer' } });
    expect(again.status).toBe(409);
    expect(again.json.code).toBe('name_taken');
    const many = await Promise.all(
      Array.from({ length: 8 }, () =>
        gateway.call('/api/keys', { method: 'POST', body: { name: 'race', role: 'viewer' } }),
      ),
    );
    expect(many.map((answer) => answer.status).sort()).toEqual([201, ...Array(7).fill(409)]);
  });

  it('leave at least one administrator', async () => {
    const keyId = keyIdOf(gateway.keys.admin);
    const answer = await gateway.call(`/api/keys/${keyId}`, { method: 'DELETE' });
    expect(answer.status).toBe(409);
    expect(answer.json.code).toBe('last_admin');
  });

  it('note their last use, at most once a minute', async () => {
    const key = await makeKey(gateway.store, 'seldom', 'viewer');
    const lastUsed = async () => {
      const { json } = await gateway.call('/api/keys');
      return Date.parse(json.items.find((each: { name: string }) => each.name === 'seldom').lastUsedAt);
    };
    await gateway.call('/api/session', { key });
    const first = clockMs;
    expect(await lastUsed()).toBe(first);
    clockMs += 59_000;
    await gateway.call('/api/session', { key });
    expect(await lastUsed()).toBe(first);
    clockMs += 1_000;
    await gateway.call('/api/session', { key });
    expect(await lastUsed()).toBe(clockMs);
  });

  it('are slowed down when someone tries many, without locking out those who have one', async () => {
    const tries = Array.from({ length: failuresAllowed.count + 5 }, () =>
      gateway.call('/api/incidents', { key: newKeyText() }),
    );
    const statuses = (await Promise.all(tries)).map((answer) => answer.status);
    expect(statuses.filter((status) => status === 429).length).toBeGreaterThanOrEqual(5);
    const limited = await gateway.call('/api/incidents', { key: newKeyText() });
    expect(Number(limited.headers.get('retry-after'))).toBeGreaterThan(0);
    const signIn = await gateway.call('/api/session', { method: 'POST', key: null, body: { key: newKeyText() } });
    expect(signIn.status).toBe(429);
    expect((await gateway.call('/api/incidents')).status).toBe(200);
  });

  it('never reach the log', async () => {
    const wrong = newKeyText();
    await gateway.call('/api/incidents', { key: wrong });
    await gateway.call('/api/session', { method: 'POST', key: null, body: { key: gateway.keys.viewer } });
    await fetch(`${gateway.url}/alerts/generic/${gateway.keys.admin}?token=${wrong}`, { method: 'POST' });
    const log = gateway.logged.join('');
    for (const secret of [wrong, ...Object.values(gateway.keys)]) expect(log).not.toContain(secret);
    expect(log).not.toMatch(/authorization|cookie/i);
    expect(log).toContain('/alerts/generic/…');
  });
});

describe('the first administrator', () => {
  let database: FreshDatabase;
  let gateway: TestGateway;
  beforeAll(async () => {
    database = await freshDatabase();
    gateway = await startTestGateway({ store: database.store, databaseUrl: database.url });
  });
  afterAll(async () => {
    await gateway.close();
    await database.close();
  });

  const works = async (key: string) => (await gateway.call('/api/keys', { key })).status === 200;

  it('gets one key, however many processes start at once', async () => {
    const made = await Promise.all(Array.from({ length: 6 }, () => createFirstAdminKey(database.store)));
    const created = made.filter((each) => each.created);
    expect(created).toHaveLength(1);
    expect(await works(created[0]?.created ? created[0].key : '')).toBe(true);
    expect(await createFirstAdminKey(database.store)).toEqual({ created: false });
  });

  it('may preset it in any form of 24 characters or more', async () => {
    const preset = 'correct-horse-battery-staple!';
    expect(await createFirstAdminKey(database.store, preset)).toMatchObject({ created: true, key: preset });
    expect(await works(preset)).toBe(true);
    expect(await createFirstAdminKey(database.store, preset)).toEqual({ created: false });
    const stored = await database.store.selectFrom('api_keys').selectAll().execute();
    expect(JSON.stringify(stored)).not.toContain(preset);
  });

  it('replaces the preset by another one', async () => {
    await createFirstAdminKey(database.store, 'first-preset-of-24-chars');
    await createFirstAdminKey(database.store, 'other-preset-of-24-chars');
    expect(await works('first-preset-of-24-chars')).toBe(false);
    expect(await works('other-preset-of-24-chars')).toBe(true);
  });

  it('does not come back when it was revoked', async () => {
    const preset = 'this-one-was-on-a-screen';
    await createFirstAdminKey(database.store, preset);
    await makeKey(database.store, 'second', 'admin');
    await gateway.call(`/api/keys/${keyIdOf(preset)}`, { method: 'DELETE', key: preset });
    expect(await createFirstAdminKey(database.store, preset)).toEqual({ created: false });
    expect(await works(preset)).toBe(false);
  });

  it.each(['too-short', 'a'.repeat(301), 'has a space in it, which no header takes'])('refuses %s', async (preset) => {
    await expect(createFirstAdminKey(database.store, preset)).rejects.toThrow(RangeError);
  });
});
