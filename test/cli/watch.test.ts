import type { ServerResponse } from 'node:http';
import { expect, test, vi } from 'vitest';
import type { TimelineEntry } from '../../src/contract/api/index.ts';
import { type ApiServer, apiServer, json } from './api-server.ts';
import { run, start } from './command-line.ts';
import { anEntry, anIncident, incidentId } from './fixtures.ts';

/** A server with one incident whose timeline grows, and a stream of its changes. */
async function liveServer(first: Partial<TimelineEntry> = {}) {
  const timeline: TimelineEntry[] = [anEntry(1, first)];
  let incident = anIncident();
  const streams = new Set<ServerResponse>();
  const server: ApiServer = await apiServer({
    'GET /api/events': (_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' }).write('retry: 2000\n\n: hello\n\n');
      streams.add(response);
      response.once('close', () => streams.delete(response));
    },
    'GET /api/incidents': () => {},
    [`GET /api/incidents/${incidentId}`]: (_request, response) => json(response, incident),
    [`GET /api/incidents/${incidentId}/timeline`]: ({ url }, response) => {
      // Two a page, so that reading on is tested too.
      const { searchParams } = new URL(url, 'http://localhost');
      const from = Number(searchParams.get('cursor') ?? 0);
      const items = timeline.toReversed().slice(from, from + 2);
      json(response, { items, next: from + 2 < timeline.length ? String(from + 2) : null });
    },
  });
  return {
    server,
    streams,
    grow(count: number, changes: Partial<typeof incident> = {}) {
      for (let i = 0; i < count; i += 1) timeline.push(anEntry(timeline.length + 1));
      incident = { ...incident, ...changes };
    },
    tell() {
      const event = `event: incident\ndata: ${JSON.stringify({ incidentId })}\n\n`;
      for (const stream of streams) stream.write(event);
    },
  };
}

const until = (check: () => void) => vi.waitFor(check, { timeout: 5_000, interval: 10 });
const textsOf = (stdout: string): string[] => stdout.match(/Change \d+/g) ?? [];
const numbered = (first: number, last: number): string[] =>
  Array.from({ length: last - first + 1 }, (_, at) => `Change ${first + at}`);

test('Watching one incident tells each entry once, in order, through a lost connection, and ends with the incident', async () => {
  const { server, streams, grow, tell } = await liveServer();
  const watching = start(['incidents', 'watch', incidentId], { environment: server.environment });
  await until(() => expect(textsOf(watching.stdout())).toEqual(numbered(1, 1)));

  grow(5);
  tell();
  await until(() => expect(textsOf(watching.stdout())).toEqual(numbered(1, 6)));

  server.disconnect();
  grow(2);
  await until(() => expect(textsOf(watching.stdout())).toEqual(numbered(1, 8)));
  expect(watching.stderr()).toContain('Connection lost');

  await until(() => expect(streams.size).toBe(1));
  grow(1, { status: 'closed' });
  tell();
  const { exitCode, stdout } = await watching.result;
  expect(exitCode).toBe(0);
  expect(textsOf(stdout)).toEqual(numbered(1, 9));
});

test('Watching all incidents begins now, not with the past', async () => {
  const { server, streams, grow, tell } = await liveServer({ at: '2001-01-01T00:00:00.000Z' });
  const watching = start(['incidents', 'watch', '--json'], { environment: server.environment });
  await until(() => expect(streams.size).toBe(1));

  grow(2);
  tell();
  await until(() => expect(textsOf(watching.stdout())).toHaveLength(2));
  watching.interrupt();

  const { exitCode, stdout } = await watching.result;
  expect(exitCode).toBe(0);
  const lines = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(lines[0]).toMatchObject({ seq: 2, text: 'Change 2', incident: { id: incidentId, severity: 'critical' } });
});

test('An incident that does not exist is an error, not an endless watch', async () => {
  const { server } = await liveServer();
  const environment = server.environment;

  const { exitCode, stderr } = await run(['incidents', 'watch', 'nosuch'], { environment });

  expect(exitCode).toBe(1);
  expect(stderr).toContain('There is no');
});
