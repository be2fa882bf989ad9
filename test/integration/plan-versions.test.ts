// Incidents that wait while another version of the response plan is published: each finishes on the version that it was
// decided by, with the steps and approvals of that one; what comes later runs the new one.

import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Approval, IncidentDetail, PlanStatus } from '../../src/contract/api/index.ts';
import type { PlanDiff } from '../../src/core/plan-diff/diff.ts';
import { readSourceCredentials } from '../../src/secrets/source-credentials.ts';
import { generic } from '../../src/sources/generic.ts';
import { run } from '../cli/command-line.ts';
import { Api } from '../support/api.ts';
import { type Stack, startStack } from '../support/stack.ts';
import { until } from '../support/until.ts';

const waiting = Array.from({ length: 20 }, (_, n) => `db-${n}`);
const patience = { withinMs: 60_000 };

let stack: Stack;
let api: Api;
let credential = '';

beforeAll(async () => {
  stack = await startStack({
    async configure(dir) {
      const plan = join(dir, 'response-plan');
      await cp(new URL('../../response-plan', import.meta.url), plan, { recursive: true });
      const slas = join(plan, 'slas.yaml');
      await writeFile(slas, (await readFile(slas, 'utf8')).replaceAll(/quiet: \w+/g, 'quiet: 1s'));
      await writeFile(join(plan, 'playbooks/disk-full.yaml'), playbook(['clean', 'rotate'], '30m'));
      await writeFile(join(plan, 'reports/incident.yaml'), report('First version', ['decisions', 'done']));
      await cp(plan, join(dir, 'plan-v1'), { recursive: true });
      return { FIREBREAK_PLAN: plan, FIREBREAK_PLAN_WATCH: 'off' };
    },
  });
  api = new Api(stack);
  credential = (await readSourceCredentials(stack.dir)).get('generic')?.[0] ?? '';
}, 120_000);
afterAll(() => stack?.close());

/** One approval after the other, so that some are still to be asked for when the plan changes. */
const playbook = (steps: string[], expires: string): string => `name: disk-full
title: Disk full
contain:
${steps
  .map(
    (command) => `  - id: ${command}
    action: run_command
    with: { command: ${command} }
    level: approve
    approval: { expires_after: ${expires} }
`,
  )
  .join('')}`;

const report = (heading: string, sections: string[]): string =>
  `heading: ${heading}\nsections: [${sections.join(', ')}]\n`;

async function tell(host: string, status: 'firing' | 'resolved'): Promise<string> {
  const alert = {
    fingerprint: host,
    groupKey: host,
    status,
    title: `Disk full on ${host}`,
    labels: { kind: 'disk_full', host },
    entities: [{ kind: 'host', value: host }],
  };
  const body = JSON.stringify(alert);
  const response = await fetch(`${stack.url}/alerts/generic`, {
    method: 'POST',
    body,
    headers: generic.sign(body, credential, Date.now()),
  });
  const answer = (await response.json()) as { incidents: { id: string }[] };
  expect(response.status, JSON.stringify(answer)).toBe(202);
  return answer.incidents[0]?.id ?? '';
}

const incident = (id: string) => api.get<IncidentDetail>(`/api/incidents/${id}`);

/** The approval of this step, once it is asked for. */
const asked = (id: string, stepId: string): Promise<Approval> =>
  until(
    `approval of ${stepId} in ${id}`,
    async () => (await incident(id)).approvals.find(({ subject }) => subject.stepId === stepId),
    patience,
  );

async function approve({ id, digest }: Approval): Promise<void> {
  await api.post(`/api/approvals/${id}/decisions`, { decision: 'approve', digest, reason: 'as planned' });
}

const minutesOpen = ({ requestedAt, subject }: Approval): number =>
  Math.round((Date.parse(subject.expiresAt) - Date.parse(requestedAt)) / 60_000);

async function finished(id: string, host: string): Promise<IncidentDetail> {
  await tell(host, 'resolved');
  return await until(
    `${host} to close`,
    async () => {
      const now = await incident(id);
      return now.status === 'closed' && now;
    },
    patience,
  );
}

/** The saved report as Markdown: its lines of a heading and below the title. */
async function shapeOfReport(id: string): Promise<string[]> {
  const headers = { authorization: `Bearer ${stack.adminKey}`, accept: 'text/markdown' };
  const response = await fetch(`${stack.url}/api/incidents/${id}/report`, { headers });
  const markdown = await response.text();
  const saved = await stack.store
    .selectFrom('reports')
    .select('markdown')
    .where('incident_id', '=', id)
    .executeTakeFirst();
  expect(markdown).toBe(saved?.markdown);
  return markdown.split('\n').filter((line) => line.startsWith('## ') || line.includes(' version'));
}

test('twenty incidents that wait finish on the version they began with; a new one runs the version that came meanwhile', async () => {
  const { digest: v1 } = await api.get<PlanStatus>('/api/plan');
  const ids = await Promise.all(waiting.map((host) => tell(host, 'firing')));
  const first = await Promise.all(ids.map((id) => asked(id, 'clean')));
  // Half of them stand before their second step when the plan changes.
  for (const approval of first.slice(0, 10)) await approve(approval);
  await Promise.all(ids.slice(0, 10).map((id) => asked(id, 'rotate')));

  await writeFile(join(stack.dir, 'response-plan/playbooks/disk-full.yaml'), playbook(['enlarge'], '10m'));
  await writeFile(join(stack.dir, 'response-plan/reports/incident.yaml'), report('Second version', ['alerts']));
  const { digest: v2 } = await api.post<{ digest: string }>('/api/plan/reload', {});
  expect(v2).not.toBe(v1);
  await until(
    'every process to hold the new version',
    async () => (await api.get<PlanStatus>('/api/plan')).processes.filter(({ digest }) => digest === v2).length === 4,
    patience,
  );
  // What a process remembers by chance is no proof: this one has never seen the old version.
  await stack.processes.incident.kill();
  await stack.processes.incident.untilReady();

  for (const approval of first.slice(10)) await approve(approval);
  const second = await Promise.all(ids.map((id) => asked(id, 'rotate')));
  for (const approval of second) await approve(approval);
  const newId = await tell('db-new', 'firing');
  const enlarge = await asked(newId, 'enlarge');
  await approve(enlarge);

  const old = await Promise.all(ids.map((id, n) => finished(id, waiting[n] ?? '')));
  for (const { planDigest, steps, approvals } of old) {
    expect(planDigest).toBe(v1);
    expect(steps.map(({ id, status }) => [id, status])).toEqual([
      ['clean', 'done'],
      ['rotate', 'done'],
    ]);
    expect(approvals.map(({ subject }) => subject.planDigest)).toEqual([v1, v1]);
    expect(approvals.map(minutesOpen)).toEqual([30, 30]);
  }
  const now = await finished(newId, 'db-new');
  expect(now.planDigest).toBe(v2);
  expect(now.steps.map(({ id, status }) => [id, status])).toEqual([['enlarge', 'done']]);
  expect(now.approvals.map(minutesOpen)).toEqual([10]);
  const kept = await api.get<{ plan: { playbooks: { name: string; contain: { id: string }[] }[] } }>(`/api/plan/${v1}`);
  expect(kept.plan.playbooks.find(({ name }) => name === 'disk-full')?.contain.map(({ id }) => id)).toEqual([
    'clean',
    'rotate',
  ]);

  const [first20, last] = [await Promise.all(ids.map(shapeOfReport)), await shapeOfReport(newId)];
  for (const shape of first20) expect(shape).toEqual(['First version', '## Who decided what', '## What was done']);
  expect(last).toEqual(['Second version', '## Alerts']);

  await diffOfRecorded();
}, 180_000);

/** What the two versions differ in, over the incidents that the server has on record. */
async function diffOfRecorded(): Promise<void> {
  const plans = ['plan-v1', 'response-plan'].map((name) => join(stack.dir, name));
  const environment = { FIREBREAK_URL: stack.url, FIREBREAK_API_KEY: stack.adminKey };
  const args = ['plan', 'diff', ...plans, '--recorded', '30', '--json'];
  const { stdout, stderr } = await run(args, { environment });
  expect(stderr).toBe('');
  const { incidents, changed } = JSON.parse(stdout) as PlanDiff;
  expect([incidents, changed.length]).toEqual([21, 21]);
  for (const { title, differences } of changed) {
    expect(title).toMatch(/^Disk full on db-/);
    const steps = differences.flatMap(({ step, path, before, after }) =>
      step !== undefined && path === ''
        ? [`${before === null ? '+' : '-'} ${step} ${after === null ? '' : 'new'}`.trim()]
        : [],
    );
    expect(steps.sort()).toEqual(['+ enlarge new', '- clean', '- rotate']);
  }
}
