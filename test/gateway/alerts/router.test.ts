import { pino } from 'pino';
import { expect, test } from 'vitest';
import { alertsRouter } from '../../../src/gateway/alerts/router.ts';
import { sourceNamed, sources } from '../../../src/sources/index.ts';
import { defineSource, type Source } from '../../../src/sources/source.ts';
import { openDatabase } from '../../../src/store/database.ts';
import { startAlertsGateway, useAlertsGateway } from '../../support/alerts-gateway.ts';
import { freshDatabase } from '../../support/postgres.ts';

const world = useAlertsGateway();

function source(name = 'alertmanager'): Source {
  const found = sourceNamed(name);
  if (!found) throw new Error(name);
  return found;
}
const sample = (name = 'service-down') => source().samples[name]?.(Date.now()) ?? '';

const problemAt = async (path: string, init?: RequestInit) => {
  const response = await fetch(`${world.gateway.url}${path}`, init);
  return {
    status: response.status,
    allow: response.headers.get('allow'),
    body: (await response.json()) as { code: string; detail: string },
  };
};

test.each(['/alerts/nagios', '/alerts/constructor', '/alerts', '/alerts/'])(
  'at %s there is no source, and the answer says which there are',
  async (path) => {
    const problem = await problemAt(path, { method: 'POST', body: '{}' });
    expect(problem).toMatchObject({ status: 404, body: { code: 'unknown_source' } });
    for (const name of sources.keys()) expect(problem.body.detail).toContain(`/alerts/${name}`);
  },
);

test.each(['GET', 'PUT', 'DELETE'])('%s sends no alerts', async (method) => {
  const problem = await problemAt('/alerts/alertmanager', { method });
  expect(problem).toMatchObject({ status: 405, allow: 'POST, OPTIONS', body: { code: 'method_not_allowed' } });
});

test('OPTIONS tells what is allowed and grants nothing to other origins', async () => {
  const response = await fetch(`${world.gateway.url}/alerts/alertmanager`, {
    method: 'OPTIONS',
    headers: { origin: 'https://evil.example' },
  });
  expect([response.status, response.headers.get('allow')]).toEqual([204, 'POST, OPTIONS']);
  expect([...response.headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([]);
});

test('Alertmanager may prove itself by basic auth too', async () => {
  const basic = (password: string) => ({
    'content-type': 'application/json; charset=utf-8',
    authorization: `Basic ${Buffer.from(`anyone:${password}`).toString('base64')}`,
  });
  expect((await world.gateway.post(source(), sample(), basic(world.gateway.credentialOf('alertmanager')))).status).toBe(
    202,
  );
  expect((await world.gateway.post(source(), sample(), basic('guess'))).status).toBe(401);
});

test('a body in another charset is refused', async () => {
  const headers = source().sign('', world.gateway.credentialOf('alertmanager'), Date.now());
  const answer = await world.gateway.post(source(), sample(), {
    ...headers,
    'content-type': 'application/json; charset=utf-16',
  });
  expect(answer).toMatchObject({ status: 415, body: { code: 'content_type_not_supported' } });
});

test('an empty body is kept in quarantine, too', async () => {
  const { status, body } = await world.gateway.post(source(), '');
  expect([status, body.quarantined.problem]).toEqual([202, 'body: found nothing; it must be a JSON object']);
});

test('without the database: 503 and when to come again, and afterwards the same alert goes through', async () => {
  const nowhere = openDatabase({ url: 'postgres://postgres@127.0.0.1:1/nowhere' });
  const lost = await startAlertsGateway(nowhere);
  for (const body of [sample('disk-full'), '{']) {
    const answer = await lost.post(source(), body);
    expect(answer).toMatchObject({ status: 503, body: { code: 'store_unavailable' } });
    expect(answer.headers.get('retry-after')).toBe('5');
  }
  await lost.close();
  await nowhere.destroy();
  expect((await world.gateway.post(source(), sample('disk-full'))).body).toMatchObject({ accepted: 1 });
});

test('more than can be stored: 503 and when to come again', async () => {
  const busy = await startAlertsGateway(world.db.store, { inbox: { limits: { waitingRequests: 0 } } });
  const answer = await busy.post(source(), sample());
  expect(answer).toMatchObject({ status: 503, body: { code: 'inbox_full' } });
  expect(answer.headers.get('retry-after')).toBe('5');
  await busy.close();
});

test('a database that is not ready for alerts is no fault of the alert: 503, and nothing is put aside', async () => {
  const empty = await freshDatabase({ migrated: false });
  const unready = await startAlertsGateway(empty.store);
  expect(await unready.post(source(), sample())).toMatchObject({ status: 503, body: { code: 'store_failed' } });
  await unready.close();
  await empty.close();
});

test('a body that is not of its encoding is refused', async () => {
  const headers = source().sign('', world.gateway.credentialOf('alertmanager'), 0);
  const answer = await world.gateway.post(source(), sample(), { ...headers, 'content-encoding': 'gzip' });
  expect(answer).toMatchObject({ status: 400, body: { code: 'body_unreadable' } });
});

const broken = (fault: Partial<Source>) =>
  startAlertsGateway(world.db.store, {
    deps: { sources: new Map([['alertmanager', defineSource({ ...source(), ...fault })]]) },
  });

test('a body that Postgres refuses is kept in quarantine, and does not come again', async () => {
  const half = await broken({
    normalise: (payload, atMs) =>
      source()
        .normalise(payload, atMs)
        .map((alert) => ({ ...alert, title: '\ud800' })),
  });
  const answer = await half.post(
    source(),
    sample('failed-deployment'),
    source().sign('', half.credentialOf('alertmanager'), 0),
  );
  expect(answer).toMatchObject({
    status: 202,
    body: { accepted: 0, quarantined: { problem: 'body: it could not be stored; the log says why' } },
  });
  await half.close();
});

test('a fault in reading costs no alert', async () => {
  const faulty = await broken({
    normalise: () => {
      throw new TypeError('x is not a function');
    },
  });
  const answer = await faulty.post(
    source(),
    sample('brute-force'),
    source().sign('', faulty.credentialOf('alertmanager'), 0),
  );
  expect(answer).toMatchObject({ status: 202, body: { accepted: 0, quarantined: { id: expect.any(String) } } });
  expect(faulty.logged()).toContain('x is not a function');
  await faulty.close();
});

test('a body in quarantine is on the audit log, once', async () => {
  const { body } = await world.gateway.post(source(), '{"version":"5"}');
  await world.gateway.post(source(), '{"version":"5"}');
  const entries = await world.db.store
    .selectFrom('audit_entries')
    .select('body')
    .where('key', '=', `quarantine/${body.quarantined.id}`)
    .execute();
  expect(entries).toHaveLength(1);
});

const deps = () => ({
  ...{ sources, store: world.db.store, publicUrl: '', log: pino({ level: 'silent' }) },
  credentials: new Map([...sources.keys()].map((name) => [name, ['secret']])),
  inbox: { accept: () => Promise.reject(new Error()), close: () => Promise.resolve() },
});

test('nothing starts when a source has no credential', () => {
  const credentials = new Map([...deps().credentials, ['grafana', []]]);
  expect(() => alertsRouter({ ...deps(), credentials })).toThrow(/grafana has no credential/);
});

test.each([Number.NaN, 0, 1.5, Number.POSITIVE_INFINITY])(
  'nothing starts with %s as the limit of bodies',
  (maxBodyBytes) => {
    expect(() => alertsRouter({ ...deps(), maxBodyBytes })).toThrow(/limit for bodies/);
  },
);
