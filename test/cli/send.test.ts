import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { sources } from '../../src/sources/index.ts';
import { alertsOf, requestOf, testWorld } from '../support/source-requests.ts';
import { type ApiServer, apiServer, json, page, problem } from './api-server.ts';
import { run, temporaryFolder } from './command-line.ts';
import { anApproval, anEntry, anIncident, incidentId } from './fixtures.ts';

const accepted = {
  accepted: 1,
  duplicates: 0,
  incidents: [{ id: incidentId, url: `http://localhost:8080/incidents/${incidentId}` }],
};

const credentials = new Map([...sources.values()].map((source) => [source.name, source.newCredential()]));

/** Takes alerts as the gateway does: with the sources' own verification. */
async function alertServer(more: Parameters<typeof apiServer>[0] = {}) {
  const entries = [...sources.values()].map(({ name, title, authentication, snippet }) => {
    const url = `http://firebreak.example/alerts/${name}`;
    const credential = credentials.get(name) ?? '';
    return { name, title, url, authentication, credential, snippet: snippet(url, credential) };
  });
  const routes = [...sources.values()].map((source) => [
    `POST /alerts/${source.name}${source.samplePath ? `/${source.samplePath}` : ''}`,
    async (request: ApiServer['received'][number], response: Parameters<typeof json>[0]) => {
      const verdict = await source.verify(
        {
          headers: request.headers as Record<string, string | undefined>,
          path: [],
          body: Buffer.from(request.body),
          receivedAtMs: Date.now(),
        },
        [credentials.get(source.name) ?? ''],
        testWorld,
      );
      if (verdict.ok) json(response, accepted, 202);
      else problem(response, 401, verdict.code, verdict.detail);
    },
  ]);
  const server = await apiServer({ 'GET /api/sources': page(...entries), ...Object.fromEntries(routes), ...more });
  const dir = await temporaryFolder();
  const environment = { ...server.environment, FIREBREAK_DIR: dir };
  const alerts = () =>
    server.received
      .filter(({ url }) => url.startsWith('/alerts/'))
      .map(({ url, body, headers }) => {
        const source = sources.get(url.split('/')[2] ?? '');
        const more = { headers: headers as Record<string, string>, path: url.split('/').slice(3) };
        return source && alertsOf(source, requestOf(body, Date.now(), more))[0];
      });
  return { ...server, dir, environment, alerts };
}

const signable = [...sources.values()].filter((source) => source.cannotBeSigned === undefined);

test.each(signable.map(({ name, isHistory }) => ({ name, status: isHistory ? 'resolved' : 'firing' })))(
  'A sample is sent as $name signs it, and its incident is printed',
  async ({ name, status }) => {
    const { environment, alerts } = await alertServer();

    const { exitCode, stdout } = await run(['send', '--source', name], { environment });

    expect(exitCode).toBe(0);
    expect(stdout).toBe(`Accepted 1 alert.\nIncident ${incidentId}  http://localhost:8080/incidents/${incidentId}\n`);
    expect(alerts()).toMatchObject([{ source: name, status }]);
  },
);

test('What only its tool can sign is not sent, and neither is the end of what has none', async () => {
  const { environment } = await alertServer();
  expect(await run(['send', '--source', 'sns'], { environment })).toMatchObject({
    exitCode: 1,
    stderr: expect.stringContaining('aws sns publish'),
  });
  expect(await run(['send', '--source', 'falco', '--resolved'], { environment })).toMatchObject({
    exitCode: 1,
    stderr: expect.stringContaining('Falco never says that it is over.'),
  });
});

test('The resolved one and a repeat are about the alert that was sent last; a new one is a new alert', async () => {
  const { environment, alerts } = await alertServer();
  const send = (...more: string[]) => run(['send', 'brute-force', ...more], { environment });

  const early = await send('--resolved');
  await send();
  await send('--repeat');
  await send('--resolved');
  await new Promise((resolve) => setTimeout(resolve, 5));
  await send();

  expect(early.stderr).toBe('error: No brute-force of alertmanager was sent from here; send it first\n');
  const [first, repeat, resolved, second] = alerts();
  expect([first, repeat, resolved, second].map((alert) => alert?.status)).toEqual([
    'firing',
    'firing',
    'resolved',
    'firing',
  ]);
  expect(repeat?.startsAt).toBe(first?.startsAt);
  expect(resolved?.startsAt).toBe(first?.startsAt);
  expect(second?.startsAt).not.toBe(first?.startsAt);
});

test('A body of your own is signed as it is', async () => {
  const { environment, received, dir } = await alertServer();
  const file = join(dir, 'body.json');
  const body = sources.get('generic')?.samples['disk-full']?.(Date.now()) ?? '';
  await writeFile(file, body);

  const { exitCode } = await run(['send', '--source', 'generic', '--file', file, '--json'], { environment });

  expect(exitCode).toBe(0);
  expect(received.at(-1)?.body).toBe(await readFile(file, 'utf8'));
});

test('A name with a typing mistake gets the nearest one', async () => {
  const sample = await run(['send', 'brute-forze']);
  const source = await run(['send', '--source', 'alertmanger']);

  expect(sample).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('did you mean brute-force?') });
  expect(source).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('did you mean alertmanager?') });
});

test('The samples are listed without a server', async () => {
  const { stdout } = await run(['send', '--list', '--json']);

  expect(JSON.parse(stdout)).toContainEqual({
    source: 'alertmanager',
    samples: ['brute-force', 'failed-deployment', 'service-down', 'disk-full'],
  });
});

test('--wait tells what happens until the containment is done, and what waits for a decision', async () => {
  let reads = 0;
  const { environment } = await alertServer({
    'GET /api/events': (_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      const tell = () => response.write(`event: incident\ndata: ${JSON.stringify({ incidentId })}\n\n`);
      const timer = setInterval(tell, 20);
      response.once('close', () => clearInterval(timer));
    },
    [`GET /api/incidents/${incidentId}`]: (_request, response) => {
      reads += 1;
      json(response, reads < 3 ? anIncident({ approvals: [anApproval()] }) : anIncident({ status: 'recovery' }));
    },
    [`GET /api/incidents/${incidentId}/timeline`]: (_request, response) =>
      json(response, page(...Array.from({ length: reads }, (_, index) => anEntry(index + 1)).reverse())),
  });

  const { exitCode, stdout, stderr } = await run(['send', 'brute-force', '--wait'], { environment });

  expect(exitCode).toBe(0);
  expect(stdout.match(/Change \d/g)).toEqual(['Change 1', 'Change 2', 'Change 3']);
  expect(stderr.match(/It waits for a decision/g)).toHaveLength(1);
});

test('Waiting is bounded', async () => {
  const { environment } = await alertServer({
    'GET /api/events': (_request, response) =>
      response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders(),
    [`GET /api/incidents/${incidentId}`]: anIncident(),
    [`GET /api/incidents/${incidentId}/timeline`]: page(anEntry(1)),
  });

  const { exitCode, stderr } = await run(['send', 'brute-force', '--wait', '--wait-timeout', '1s', '--json'], {
    environment,
  });

  expect(exitCode).toBe(1);
  expect(JSON.parse(stderr.trim().split('\n').at(-1) ?? '')).toMatchObject({ error: { code: 'wait_timeout' } });
});

test('Sources are listed with their credentials hidden everywhere, unless these are asked for', async () => {
  const { environment } = await alertServer();

  const hidden = await run(['sources', 'list'], { environment });
  const hiddenJson = await run(['sources', 'list', '--json'], { environment });
  const shown = await run(['sources', 'list', '--json', '--show-secrets'], { environment });

  for (const credential of credentials.values()) {
    // Its end: a snippet may use a credential without its prefix.
    expect(hidden.stdout + hiddenJson.stdout).not.toContain(credential.slice(-20));
    expect(shown.stdout).toContain(credential);
  }
  const list = JSON.parse(shown.stdout);
  expect(list.map(({ name }: { name: string }) => name)).toEqual([...sources.keys()]);
  for (const source of list) {
    expect(Object.keys(source)).toEqual(['name', 'url', 'authentication', 'credential', 'snippet']);
  }
});

test('Sources are listed before Firebreak first runs, and are the same ever after', async () => {
  const environment = { FIREBREAK_DIR: await temporaryFolder(), PORT: '9099' };

  const first = await run(['sources', 'list', '--json', '--show-secrets'], { environment });
  const second = await run(['sources', 'list', '--json', '--show-secrets'], { environment });

  expect(first.stdout).toBe(second.stdout);
  const list = JSON.parse(first.stdout);
  expect(list[0]).toMatchObject({
    name: 'alertmanager',
    url: 'http://localhost:9099/alerts/alertmanager',
    authentication: 'bearer',
  });
  for (const { credential, snippet } of list) expect(snippet).toContain(credential.replace('whsec_', ''));
});
