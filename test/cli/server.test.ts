// Which server, with which key, and what is said when it is not there or does not answer as it should.

import { mkdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { apiServer, json, page, problem } from './api-server.ts';
import { run, temporaryFolder } from './command-line.ts';

/** The state folder of a server that `up` started. */
async function stateFolder(url: string, key = 'fbk_local_admin_key'): Promise<string> {
  const dir = await temporaryFolder();
  await mkdir(join(dir, 'secrets'));
  await writeFile(join(dir, 'secrets', 'admin-key'), `${key}\n`);
  const record = { url, apiUrl: `${url}/api`, temporalUiUrl: null, pid: process.pid, startedAt: new Date() };
  await writeFile(join(dir, 'server.json'), JSON.stringify(record));
  return dir;
}

async function closedPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' ? (address?.port ?? 0) : 0;
}

const list = ['incidents', 'list'];

test('By default it is the local server with the local key', async () => {
  const { url, received } = await apiServer({ 'GET /api/incidents': page() });

  const { exitCode } = await run(list, { environment: { FIREBREAK_DIR: await stateFolder(url) } });

  expect(exitCode).toBe(0);
  expect(received[0]?.headers.authorization).toBe('Bearer fbk_local_admin_key');
});

test('FIREBREAK_API_KEY goes before the local key', async () => {
  const { url, received } = await apiServer({ 'GET /api/incidents': page() });

  await run(list, { environment: { FIREBREAK_DIR: await stateFolder(url), FIREBREAK_API_KEY: 'mine' } });

  expect(received[0]?.headers.authorization).toBe('Bearer mine');
});

test('The local key is never sent to another machine', async () => {
  const dir = await stateFolder('http://localhost:1');

  const { exitCode, stderr } = await run(list, {
    environment: { FIREBREAK_DIR: dir, FIREBREAK_URL: 'http://firebreak.example' },
  });

  expect(exitCode).toBe(2);
  expect(stderr).toBe(
    'error: FIREBREAK_API_KEY is not set: http://firebreak.example needs the API key of a person or program\n',
  );
});

test('A redirect is not followed: the key stays with the server that was named', async () => {
  const { environment, received } = await apiServer({
    'GET /api/incidents': (_request, response) => response.writeHead(302, { location: '/elsewhere' }).end(),
  });

  const { exitCode } = await run(list, { environment });

  expect(exitCode).toBe(1);
  expect(received).toHaveLength(1);
});

test('Not running is one sentence that says how to start', async () => {
  const dir = await temporaryFolder();
  const gone = await stateFolder(`http://127.0.0.1:${await closedPort()}`);

  const never = await run(list, { environment: { FIREBREAK_DIR: dir } });
  const stopped = await run(list, { environment: { FIREBREAK_DIR: gone } });

  for (const { exitCode, stderr } of [never, stopped]) {
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/^error: Firebreak .*: start it with: npx firebreak up\n$/);
  }
});

test('A server at FIREBREAK_URL that does not answer is told with its address', async () => {
  const url = `http://127.0.0.1:${await closedPort()}`;

  const { stderr } = await run([...list, '--json'], { environment: { FIREBREAK_URL: url, FIREBREAK_API_KEY: 'k' } });

  const { error } = JSON.parse(stderr);
  expect(error.code).toBe('not_running');
  expect(error.message).toContain(`${url} (ECONNREFUSED): check FIREBREAK_URL`);
});

test('A refused key is told with the place that it came from', async () => {
  const { url } = await apiServer({
    'GET /api/incidents': (_request, response) => problem(response, 401, 'key_invalid', 'The API key is revoked'),
  });
  const dir = await stateFolder(url);

  const { stderr } = await run(list, { environment: { FIREBREAK_DIR: dir } });

  expect(stderr).toBe(
    `error: ${url} refused the key in ${join(dir, 'secrets', 'admin-key')}: The API key is revoked\n`,
  );
});

test('Wrong fields are named one a line, and a busy server says when to come again', async () => {
  const { environment } = await apiServer({
    'GET /api/incidents': (_request, response) =>
      problem(response, 400, 'invalid_request', 'The query is wrong', {
        errors: [{ path: 'cursor', message: 'is not of this list' }],
      }),
    'GET /api/approvals': (_request, response) =>
      problem(response, 503, 'store_unavailable', 'The store cannot be reached', { headers: { 'retry-after': '5' } }),
  });

  const wrong = await run([...list, '--cursor', 'x'], { environment });
  const busy = await run(['approvals', 'list'], { environment });

  expect(wrong.stderr).toBe('error: The query is wrong\n  cursor: is not of this list\n');
  expect(busy.stderr).toBe('error: The store cannot be reached; try again in 5 s\n');
});

test('What answers but is no Firebreak, or another version of it, is said to be that', async () => {
  const { environment } = await apiServer({
    'GET /api/incidents': (_request, response) => response.writeHead(502).end('<html>'),
    'GET /api/approvals': (_request, response) => json(response, { items: [{}], next: null }),
  });

  const proxy = await run(list, { environment });
  const version = await run(['approvals', 'list'], { environment });

  expect(proxy.stderr).toContain('answered 502, and not as Firebreak does; check that FIREBREAK_URL names');
  expect(version.stderr).toContain('are server and command line of the same version?');
});

test('A wrong value of the configuration is exit code 2 and names its key', async () => {
  const { exitCode, stderr } = await run(list, { environment: { FIREBREAK_URL: 'nonsense' } });

  expect(exitCode).toBe(2);
  expect(stderr).toContain('FIREBREAK_URL is wrong');
});
