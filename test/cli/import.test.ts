import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { history } from '../../src/sources/history.ts';
import { useAlertsGateway } from '../support/alerts-gateway.ts';
import { apiServer, page, problem } from './api-server.ts';
import { run, temporaryFolder } from './command-line.ts';

const world = useAlertsGateway();

/** A server that hands alerts on to the real gateway; at first, as often as said, it is busy. */
async function server({ busyTimes = 0 } = {}) {
  const { name, title, authentication } = history;
  const access = { name, title, authentication, url: 'http://firebreak.example/alerts/history', snippet: '' };
  let busy = busyTimes;
  return apiServer({
    'GET /api/sources': page({ ...access, credential: world.gateway.credentialOf('history') }),
    'POST /alerts/history': async (request, response) => {
      busy -= 1;
      if (busy >= 0) return problem(response, 503, 'inbox_full', 'Busy');
      const headers = {
        'content-type': String(request.headers['content-type']),
        authorization: String(request.headers.authorization),
      };
      const answer = await world.gateway.post(history, request.body, headers);
      response.writeHead(answer.status, { 'content-type': 'application/json' }).end(JSON.stringify(answer.body));
    },
  });
}

async function fileOf(lines: readonly (object | string)[]): Promise<string> {
  const file = join(await temporaryFolder(), 'alerts.ndjson');
  await writeFile(file, lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n'));
  return file;
}

const past = (finding: string, startsAt: string, endsAt?: string) => ({
  ...{ fingerprint: finding, title: `Disk of ${finding} is full`, severity: 'critical', startsAt, endsAt },
  labels: { kind: 'disk_full', host: finding },
});
const storedOf = (finding: string) =>
  world.db.store
    .selectFrom('alerts')
    .selectAll()
    .where('fingerprint', 'like', `${finding}@%`)
    .orderBy('starts_at')
    .execute();

test('Historic alerts are kept with their times, open nothing, and are known the second time', async () => {
  const { environment } = await server();
  const lines = [
    past('db-1', '2025-05-01T00:00:00Z', '2025-05-01T01:00:00Z'),
    past('db-1', '2025-03-01T07:00:00Z', '2025-03-01T09:30:00Z'),
    '',
    past('db-1', '2025-04-01T00:00:00Z'),
  ];
  const file = await fileOf(lines);

  const first = await run(['import', file], { environment });
  const second = await run(['import', file, '--json'], { environment });

  expect(first).toMatchObject({ exitCode: 0, stdout: 'Imported 3 alerts; 0 were known already.\n' });
  expect(first.stderr).toContain(`Importing ${file}: 4 lines`);
  expect(JSON.parse(second.stdout)).toEqual({ lines: 4, accepted: 0, duplicates: 3, wrong: [], dryRun: false });
  const stored = await storedOf('db-1');
  expect(stored.map((one) => [one.starts_at.toISOString(), one.ends_at?.toISOString()])).toEqual([
    ['2025-03-01T07:00:00.000Z', '2025-03-01T09:30:00.000Z'],
    ['2025-04-01T00:00:00.000Z', '2025-04-01T00:00:00.000Z'],
    ['2025-05-01T00:00:00.000Z', '2025-05-01T01:00:00.000Z'],
  ]);
  for (const one of stored) expect(one).toMatchObject({ status: 'resolved', incident_id: null });
  expect(await world.db.store.selectFrom('incidents').select('incident_id').execute()).toEqual([]);
  expect(world.gateway.handedOn).toEqual([]);
});

test('Lines that are no alerts are named and left out, and the rest goes in', async () => {
  const { environment } = await server();
  const file = await fileOf([
    past('db-2', '2025-01-01T00:00:00Z'),
    '{"title":"cut off',
    { title: 'Without a time' },
    [past('db-2', '2025-01-02T00:00:00Z')],
    past('db-2', '2125-01-01T00:00:00Z'),
    past('db-2', '2025-01-03T00:00:00Z'),
  ]);

  const { exitCode, stdout } = await run(['import', file], { environment });

  expect(exitCode).toBe(1);
  expect(stdout.split('\n')).toEqual([
    'Imported 2 alerts; 0 were known already.',
    expect.stringMatching(/^Line 2: body: found text that is no JSON/),
    'Line 3: startsAt: it must be the time when it began',
    'Line 4: it is no JSON object',
    'Line 5: startsAt: found none that is past; it must be the time when it began',
    '',
  ]);
  expect(await storedOf('db-2')).toHaveLength(2);
});

test('A dry run sends nothing, and needs no server', async () => {
  const file = await fileOf([past('db-3', '2025-01-01T00:00:00Z'), '{}']);
  const { exitCode, stdout } = await run(['import', file, '--dry-run'], {
    environment: { FIREBREAK_URL: 'http://127.0.0.1:1', FIREBREAK_API_KEY: 'x' },
  });
  expect(exitCode).toBe(1);
  expect(stdout).toMatch(/^2 lines, 1 of them no alerts; nothing was sent.\nLine 2: title: /);
});

test('A long file goes in parts, and a busy server is asked again', async () => {
  const { environment, received } = await server({ busyTimes: 1 });
  const lines = Array.from({ length: 2_500 }, (_, n) =>
    past(`host-${n}`, new Date(Date.UTC(2025, 0, 1) + n * 1_000).toISOString()),
  );

  const { exitCode, stdout } = await run(['import', await fileOf(lines)], { environment });

  expect([exitCode, stdout]).toEqual([0, 'Imported 2500 alerts; 0 were known already.\n']);
  const parts = received.filter(({ url }) => url === '/alerts/history').map(({ body }) => body.split('\n').length);
  expect(parts).toEqual([1_000, 1_000, 1_000, 500]);
  expect(await world.db.store.selectFrom('incidents').select('incident_id').execute()).toEqual([]);
}, 30_000);

test('A file that is not there is said to be not there', async () => {
  const { environment } = await server();
  const { exitCode, stderr } = await run(['import', '/nowhere.ndjson'], { environment });
  expect([exitCode, stderr]).toEqual([1, expect.stringContaining('There is no /nowhere.ndjson')]);
});
