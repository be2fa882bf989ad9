import { expect, test } from 'vitest';
import { type Answer, apiServer, page, problem } from './api-server.ts';
import { run } from './command-line.ts';

const explanation = {
  about: 'alert',
  id: 'a1',
  title: 'Disk is full',
  incidentId: null,
  withheld: null,
  answers: [{ question: 'Why is it no incident?', lines: ['Silence s1 of key:ana: moving disks.'] }],
};

/** As the API says that there is none. */
const nothing =
  (what: string): Answer =>
  ({ url }, response) =>
    problem(response, 404, `${what}_not_found`, `There is no ${url}`);

test('An explanation is found whether the id is of an incident or of an alert', async () => {
  const { environment } = await apiServer({
    'GET /api/incidents/a1/explanation': nothing('incident'),
    'GET /api/alerts/a1/explanation': explanation,
  });
  const { stdout, exitCode } = await run(['explain', 'a1'], { environment });
  expect(exitCode).toBe(0);
  expect(stdout).toBe('alert a1: Disk is full\n\nWhy is it no incident?\n  Silence s1 of key:ana: moving disks.\n');
  const { stdout: document } = await run(['explain', 'a1', '--json'], { environment });
  expect(JSON.parse(document)).toEqual(explanation);
});

test('What is neither is said so', async () => {
  const { environment } = await apiServer({
    'GET /api/incidents/x9/explanation': nothing('incident'),
    'GET /api/alerts/x9/explanation': nothing('alert'),
  });
  const { exitCode, stderr } = await run(['explain', 'x9'], { environment });
  expect([exitCode, stderr]).toEqual([1, expect.stringContaining('no incident and no alert x9')]);
});

test('Suppressed alerts are listed with why', async () => {
  const alert = {
    ...{ id: 'a1', source: 'grafana', fingerprint: 'f', status: 'firing', title: 'Disk is full', labels: {} },
    ...{ receivedAt: '2026-11-24T07:00:00.000Z', description: null, annotations: {}, entities: [], links: [] },
    ...{
      severityHint: null,
      startsAt: '2026-11-24T07:00:00.000Z',
      endsAt: null,
      updatedAt: '2026-11-24T07:00:00.000Z',
    },
    ...{ repeatCount: 0, suppressed: 'silenced', withheld: null, explanation: 'Moving disks.' },
  };
  const { environment, received } = await apiServer({ 'GET /api/alerts': page(alert) });
  const { stdout } = await run(['alerts', 'list', '--firing', '--because', 'silenced', '--search', 'disk'], {
    environment,
  });
  expect(received[0]?.url).toBe('/api/alerts?limit=50&suppressed=silenced&status=firing&q=disk');
  expect(stdout).toMatch(/a1 +grafana +firing .* silenced +Disk is full +Moving disks\./);
});
