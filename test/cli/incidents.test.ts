import { expect, test } from 'vitest';
import type { IncidentDetail } from '../../src/contract/api/index.ts';
import { apiServer, json, key, page, problem } from './api-server.ts';
import { run } from './command-line.ts';
import { aContainment, anApproval, anEntry, anIncident, incidentId, learnt } from './fixtures.ts';

test('A list is an aligned table with whole ids', async () => {
  const other = anIncident({ id: '3b8v1nw6ze', severity: 'low', status: 'closed', title: 'Disk', service: null });
  const { environment } = await apiServer({ 'GET /api/incidents': page(anIncident(), other) });

  const { stdout, exitCode } = await run(['incidents', 'list'], { environment });

  const [header = '', first = '', second = ''] = stdout.split('\n');
  expect(exitCode).toBe(0);
  expect(first).toContain(incidentId);
  expect(second).toContain('3b8v1nw6ze');
  expect(first.indexOf('containment')).toBe(header.indexOf('STATUS'));
  expect(second.indexOf('closed')).toBe(header.indexOf('STATUS'));
  expect(first).toMatch(/\d+d ago/);
});

test('With --json, before or after the command, the list is the page of the API and nothing else', async () => {
  const { environment } = await apiServer({ 'GET /api/incidents': { items: [anIncident()], next: 'more' } });

  for (const args of [
    ['incidents', 'list', '--json'],
    ['--json', 'incidents', 'list'],
  ]) {
    const { stdout, stderr } = await run(args, { environment });
    expect(JSON.parse(stdout)).toMatchObject({ items: [{ id: incidentId, status: 'containment' }], next: 'more' });
    expect(stderr).toBe('');
  }
});

test('Filters reach the API as its own parameters, with the key', async () => {
  const { environment, received } = await apiServer({ 'GET /api/incidents': page() });

  const filters = ['--open', '--severity', 'critical,high', '--search', 'a b', '--limit', '5'];
  const { stdout } = await run(['incidents', 'list', ...filters], { environment });

  expect(stdout).toBe('No incidents.\n');
  const { searchParams } = new URL(received[0]?.url ?? '', 'http://localhost');
  expect(Object.fromEntries(searchParams)).toEqual({ open: 'true', severity: 'critical,high', q: 'a b', limit: '5' });
  expect(received[0]?.headers.authorization).toBe(`Bearer ${key}`);
});

test('What is likely real first is asked of the API; how likely a false alarm is a column where something is known', async () => {
  const likely = anIncident({ falseAlarmChance: 0.834 });
  const { environment, received } = await apiServer({ 'GET /api/incidents': page(likely, anIncident()) });

  const { stdout } = await run(['incidents', 'list', '--likely-first'], { environment });

  expect(new URL(received[0]?.url ?? '', 'http://localhost').searchParams.get('sort')).toBe('likely_real');
  const [header = '', first = '', second = ''] = stdout.split('\n');
  const at = header.indexOf('FALSE ALARM');
  expect([first.slice(at, at + 4), second.slice(at, at + 1)]).toEqual(['83 %', '-']);
});

test('What stands still says so in the list, and since when and why beside its other facts', async () => {
  const since = new Date(Date.now() - 300_000).toISOString();
  const stuck = anIncident({ stuck: { since, problem: 'failing', cause: 'NonDeterminismError' } });
  const { environment } = await apiServer({
    'GET /api/incidents': page(stuck),
    [`GET /api/incidents/${incidentId}`]: stuck,
    [`GET /api/incidents/${incidentId}/learnt`]: learnt({}),
    [`GET /api/incidents/${incidentId}/timeline`]: page(),
  });

  expect((await run(['incidents', 'list'], { environment })).stdout).toContain('containment, stands still');
  const { stdout } = await run(['incidents', 'show', incidentId], { environment });
  expect(stdout).toMatch(/Stands still +since .*: its workflow fails again and again \(NonDeterminismError\)/);
});

test('The priority and the clock of the SLA are columns; what comes first by them is asked of the API', async () => {
  const inMs = (ms: number): string => new Date(Date.now() + ms).toISOString();
  const clocks = (acknowledge: object, recover: object) => ({ acknowledge, recover }) as IncidentDetail['sla'];
  const due = anIncident({
    priority: 1,
    sla: clocks({ by: inMs(270_000), at: null, state: 'due' }, { by: inMs(9e6), at: null, state: 'due' }),
  });
  const late = anIncident({
    sla: clocks({ by: inMs(0), at: inMs(-1), state: 'met' }, { by: inMs(-7_500_000), at: null, state: 'breached' }),
  });
  const untriaged = anIncident({ priority: null, sla: null });
  const { environment, received } = await apiServer({ 'GET /api/incidents': page(due, late, untriaged) });

  const { stdout } = await run(['incidents', 'list', '--priority-first'], { environment });

  expect(new URL(received[0]?.url ?? '', 'http://localhost').searchParams.get('sort')).toBe('priority');
  const [, first, second, third] = stdout.split('\n');
  expect(first).toMatch(/ critical P1 .* ack 4m /);
  expect(second).toMatch(/ critical P2 .* recover late /);
  expect(third).toMatch(/ critical +containment +- /);
  const both = await run(['incidents', 'list', '--priority-first', '--likely-first'], { environment });
  expect(both.exitCode).toBe(2);
});

test('Text from outside neither moves the cursor nor changes colours nor breaks the line', async () => {
  const hostile = anIncident({ title: 'x\u001b[2J\u001b]0;owned\u0007\u202e\nFAKE  low\u009b31m' });
  const { environment } = await apiServer({
    'GET /api/incidents': page(hostile),
    [`GET /api/incidents/${incidentId}`]: hostile,
    [`GET /api/incidents/${incidentId}/learnt`]: learnt({ because: ['a\u001b[31mb\rc'] }),
    [`GET /api/incidents/${incidentId}/timeline`]: page(anEntry(1, { text: 'a\u001b[31mb\rc' })),
  });

  for (const args of [['list'], ['show', incidentId], ['timeline', incidentId]]) {
    const { stdout, exitCode } = await run(['incidents', ...args], { environment });
    expect(exitCode).toBe(0);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be there
    expect(stdout).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
  }
});

test('On a terminal a list has colours and keeps within its width; the title gives way, never the id', async () => {
  const long = anIncident({ title: 'a very long title '.repeat(20) });
  const { environment } = await apiServer({ 'GET /api/incidents': page(long) });

  const { stdout } = await run(['incidents', 'list'], { environment, columns: 100 });

  expect(stdout).toContain('\u001b[31mcritical');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: colours are control characters
  const lines = stdout.replaceAll(/\u001b\[\d+m/g, '').split('\n');
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(100);
  expect(lines[1]).toMatch(new RegExp(`^${incidentId} .*…$`));
});

test('One incident is shown with what waits and the command for it', async () => {
  const unknown = { ...anIncident().steps[0], id: 'odd', status: 'unknown' } as never;
  const incident = anIncident({
    approvals: [anApproval()],
    containments: [aContainment({ mode: 'simulate' })],
    steps: [...anIncident().steps, unknown],
    followUps: ['Rotate the key'],
    times: { ...anIncident().times, acknowledgedAt: '2020-11-24T07:02:05.000Z' },
  });
  const { environment } = await apiServer({
    [`GET /api/incidents/${incidentId}`]: incident,
    [`GET /api/incidents/${incidentId}/learnt`]: learnt(),
    [`GET /api/incidents/${incidentId}/timeline`]: page(anEntry(2), anEntry(1)),
  });

  const { stdout } = await run(['incidents', 'show', incidentId], { environment });

  expect(stdout).toContain('Acknowledged');
  expect(stdout).toContain('(after 2m 5s)');
  expect(stdout).toContain('Block 203.0.113.7 at the host firewall (simulated)');
  expect(stdout).toContain('Rotate the key');
  expect(stdout).toContain('firebreak approvals show 5d0c8k2m9qx4ta');
  expect(stdout).toContain(`firebreak incidents settle ${incidentId} odd --happened`);
  expect(stdout).toContain('likely a false alarm: 83 % (model 3fa2c1d0e9b8)');
  expect(stdout).toContain('14 of 16 earlier incidents of rule ssh-brute-force');
  expect(stdout).toContain('suggested: ask noor, as they took 5 of the last 5');
  expect(stdout).toContain('incident 3b8v1nw6ze of 2020-11-24, SSH again: dismissed as false positive, playbook');
  expect(stdout).toContain('what worked: Block 203.0.113.7 (rule ssh-brute-force)');
  expect(stdout.indexOf('Change 1')).toBeLessThan(stdout.indexOf('Change 2'));
});

const commandsSent: [string[], object][] = [
  [['ack', incidentId], { type: 'acknowledge' }],
  [['assign', incidentId, 'ana'], { type: 'assign', to: 'ana' }],
  [['note', incidentId, 'two', 'words'], { type: 'note', text: 'two words' }],
  [['severity', incidentId, 'low', '--reason', 'one host'], { type: 'severity', severity: 'low', reason: 'one host' }],
  [['resolve', incidentId], { type: 'resolve' }],
  [['dismiss', incidentId, '--as', 'false_positive'], { type: 'dismiss', disposition: 'false_positive' }],
  [['reopen', incidentId], { type: 'reopen' }],
  [['merge', incidentId, '3b8v1nw6ze'], { type: 'merge', into: '3b8v1nw6ze' }],
  [['start', incidentId, 'block-source'], { type: 'start_step', stepId: 'block-source' }],
  [['settle', incidentId, 'odd', '--did-not-happen'], { type: 'settle', stepId: 'odd', happened: false }],
  [
    ['run', incidentId, 'block_ip', '--param', 'address=203.0.113.9', '--for', '1h30m'],
    { type: 'run_action', action: 'block_ip', params: { address: '203.0.113.9' }, holdMs: 5_400_000 },
  ],
  [
    ['run', incidentId, 'http_check', '--param', 'statuses=[200,204]', '--param', 'note=a=b'],
    { type: 'run_action', action: 'http_check', params: { statuses: [200, 204], note: 'a=b' } },
  ],
];

test.each(commandsSent)('incidents %j sends the command', async (args, expected) => {
  const { environment, received } = await apiServer({
    [`POST /api/incidents/${incidentId}/commands`]: aCommand('done'),
  });

  const { exitCode, stdout } = await run(['incidents', ...args], { environment });

  expect(exitCode).toBe(0);
  expect(stdout).toContain(incidentId);
  expect(JSON.parse(received[0]?.body ?? '')).toEqual(expected);
});

test('A command that is stored but not delivered says so', async () => {
  const { environment } = await apiServer({
    [`POST /api/incidents/${incidentId}/commands`]: (_request, response) => json(response, aCommand('pending'), 202),
  });

  const { stdout } = await run(['incidents', 'ack', incidentId], { environment });

  expect(stdout).toContain('Stored as command c0mmand; the incident is told as soon as it can be reached');
});

test('A refused command is an error with the reason, its code and exit code 1', async () => {
  const { environment } = await apiServer({
    [`POST /api/incidents/${incidentId}/commands`]: (_request, response) =>
      problem(response, 409, 'incident_ended', 'The incident is closed; reopen it first'),
  });

  const told = await run(['incidents', 'ack', incidentId], { environment });
  const asJson = await run(['incidents', 'ack', incidentId, '--json'], { environment });

  expect(told).toEqual({ exitCode: 1, stdout: '', stderr: 'error: The incident is closed; reopen it first\n' });
  expect(asJson).toMatchObject({ exitCode: 1, stdout: '' });
  expect(JSON.parse(asJson.stderr)).toEqual({
    error: { code: 'incident_ended', message: 'The incident is closed; reopen it first' },
  });
});

function aCommand(status: 'done' | 'pending') {
  return {
    id: 'c0mmand',
    incidentId,
    type: 'acknowledge',
    status,
    actor: 'key:ana',
    createdAt: '2026-11-24T07:00:00.000Z',
    finishedAt: null,
    refusal: null,
  };
}
