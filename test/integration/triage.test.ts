// Triage through the whole of Firebreak, with real workflows: what is withheld becomes an incident in the end, and what was
// merged because it is about the same address can be taken out again.

import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { readSourceCredentials } from '../../src/secrets/source-credentials.ts';
import { acceptAlerts } from '../../src/store/inbox.ts';
import { alertLike, requestOf } from '../support/alerts.ts';
import { Api } from '../support/api.ts';
import { type Stack, startStack } from '../support/stack.ts';
import { until } from '../support/until.ts';

let stack: Stack;
let api: Api;
beforeAll(async () => {
  stack = await startStack({ configure });
  api = new Api(stack);
}, 120_000);
afterAll(() => stack?.close());

/** The plan that ships, and a rule that joins incidents about one address. */
async function configure(folder: string): Promise<Record<string, string>> {
  const plan = join(folder, 'response-plan');
  await cp(new URL('../../response-plan', import.meta.url), plan, { recursive: true });
  const path = join(plan, 'rules.yaml');
  const rules = parse(await readFile(path, 'utf8'));
  const correlate = [{ by: 'entity', kinds: ['ip'], within: '15m' }];
  rules.rules.unshift({ name: 'probe', when: '= labels.alertname == "Probe"', correlate });
  await writeFile(path, stringify(rules));
  return { FIREBREAK_PLAN: plan };
}

interface Accepted {
  withheld?: number;
  incidents: { id: string }[];
}

async function send(alertname: string, instance: string, ip: string, severity = 'warning'): Promise<Accepted> {
  const [credential] = (await readSourceCredentials(stack.dir)).get('alertmanager') ?? [];
  const labels = { alertname, instance, src_ip: ip, severity };
  const body = {
    ...{ version: '4', receiver: 'r', status: 'firing', groupKey: `{}:{instance="${instance}"}`, truncatedAlerts: 0 },
    ...{ groupLabels: {}, commonLabels: labels, commonAnnotations: {}, externalURL: 'http://alertmanager.example' },
    alerts: [
      {
        ...{ status: 'firing', labels, annotations: {}, fingerprint: `${alertname}${instance}`, generatorURL: '' },
        ...{ startsAt: new Date().toISOString(), endsAt: '0001-01-01T00:00:00Z' },
      },
    ],
  };
  const headers = { authorization: `Bearer ${credential}`, 'content-type': 'application/json' };
  const response = await fetch(`${stack.url}/alerts/alertmanager`, {
    method: 'POST',
    headers,
    body: JSON.stringify(body),
  });
  expect(response.status).toBe(202);
  return (await response.json()) as Accepted;
}

interface Incident {
  status: string;
  mergedInto: string | null;
  alertCount: number;
  firingCount: number;
  playbook: string | null;
}
const incident = (id: string) => api.get<Incident>(`/api/incidents/${id}`);
const explanation = async (what: string) =>
  (await api.get<{ answers: { lines: string[] }[] }>(`/api/${what}/explanation`)).answers
    .flatMap(({ lines }) => lines)
    .join('\n');

test('a silenced alert opens no incident until its silence is expired, and then one that runs', async () => {
  const matchers = ['alertname="Quiet"'];
  const silence = await api.post<{ id: string }>('/api/silences', {
    matchers,
    reason: 'moving disks',
    forMs: 3_600_000,
  });
  expect(await send('Quiet', 'web-1', '203.0.113.1')).toMatchObject({ withheld: 1, incidents: [] });
  const { items } = await api.get<{ items: { id: string; explanation: string }[] }>('/api/alerts?suppressed=silenced');
  expect(items).toMatchObject([{ explanation: expect.stringContaining('moving disks') }]);

  const headers = { authorization: `Bearer ${stack.adminKey}` };
  expect((await fetch(`${stack.url}/api/silences/${silence.id}`, { method: 'DELETE', headers })).status).toBe(200);
  const id = await until('the incident of the released alert', async () => {
    const found = await api.get<{ incidentId: string | null }>(`/api/alerts/${items[0]?.id}/explanation`);
    return found.incidentId ?? false;
  });
  await until('its triage', async () => (await incident(id)).playbook === 'unknown');
  expect(await explanation(`incidents/${id}`)).toContain(`withheld before (silenced by ${silence.id})`);
}, 60_000);

test('incidents about one address are one, and two again when a person says so', async () => {
  const [first] = (await send('Probe', 'web-2', '203.0.113.9')).incidents;
  await until('triage of the first', async () => (await incident(first?.id ?? '')).playbook !== null);
  const [second] = (await send('Probe', 'db-1', '203.0.113.9')).incidents;
  const [into, from] = [first?.id ?? '', second?.id ?? ''];
  await until('the merge', async () => (await incident(from)).mergedInto === into);
  await until('both alerts in one', async () => (await incident(into)).alertCount === 2);
  expect(await explanation(`incidents/${from}`)).toContain('same ip 203.0.113.9 within 15m');

  await api.post(`/api/incidents/${from}/commands`, { type: 'unmerge', reason: 'two customers' });
  await until('its own response', async () => {
    const { status, mergedInto, alertCount } = await incident(from);
    return mergedInto === null && alertCount === 1 && ['recovery', 'review'].includes(status);
  });
  expect(await incident(into)).toMatchObject({ alertCount: 1, firingCount: 1 });
  // What its workflow was told, it journals.
  await until('the other to be told', async () => {
    const entries = await stack.store
      .selectFrom('audit_entries')
      .select('body')
      .where('incident_id', '=', into)
      .where('kind', '=', 'alerts_received')
      .orderBy('seq')
      .execute();
    const received = entries.map(({ body }) => JSON.parse(body).data);
    // Fired, moved in, left again.
    return received.at(-1)?.through === 3 && received.reduce((sum, { count }) => sum + count, 0) === 1;
  });
  expect(await explanation(`incidents/${into}`)).toContain(`Incident ${from} was taken out of this one again`);
  expect(await explanation(`incidents/${from}`)).toContain('two customers');
  await api.post(`/api/incidents/${from}/commands`, { type: 'resolve', reason: 'done' });
  await until(
    'its end',
    async () => (await incident(from)).status === 'closed' || (await incident(from)).status === 'review',
  );
}, 60_000);

test('what people said of incidents is learnt once, whatever is killed meanwhile, and those alike are shown', async () => {
  const ids: string[] = [];
  for (const host of ['build-1', 'build-2', 'build-3']) {
    const [one] = (await send('CacheFull', host, '198.51.100.9')).incidents;
    ids.push(one?.id ?? '');
  }
  for (const id of ids) {
    await until('its triage', async () => (await incident(id)).playbook !== null);
    await api.post(`/api/incidents/${id}/commands`, { type: 'dismiss', disposition: 'false_positive' });
  }
  // About when the worker learns from them, again and again.
  for (let times = 0; times < 3; times += 1) {
    await stack.processes.incident.kill();
    await stack.processes.incident.untilReady();
  }
  const learnt = (id: string) => api.get<Learnt>(`/api/incidents/${id}/learnt`);
  for (const id of ids) await until('its verdict', async () => (await learnt(id)).verdict === 'false_alarm');
  await until('nothing to be due', async () => (await api.get<{ due: number }>('/api/learning')).due === 0);
  const { falseAlarms, real } = await api.get<{ falseAlarms: number; real: number }>('/api/learning');
  const verdicts = await stack.store
    .selectFrom('learning_cases')
    .select('verdict')
    .where('verdict', 'is not', null)
    .execute();
  expect(falseAlarms + real).toBe(verdicts.length);
  expect(falseAlarms).toBe(3);

  const [next] = (await send('CacheFull', 'build-4', '198.51.100.9')).incidents;
  await until('its triage', async () => (await incident(next?.id ?? '')).playbook !== null);
  const { similar, falseAlarm } = await learnt(next?.id ?? '');
  expect(similar.map(({ id }) => id).slice(0, 3)).toEqual(ids.toReversed());
  expect(similar[0]).toMatchObject({ disposition: 'false_positive', status: 'dismissed' });
  // Three verdicts are no reason to speak.
  expect(falseAlarm).toBeNull();
}, 120_000);

interface Learnt {
  verdict: string | null;
  falseAlarm: object | null;
  similar: { id: string; status: string; disposition: string | null }[];
}

test('a storm of one source does not delay a critical alert of another', async () => {
  const storm = Array.from({ length: 400 }, (_, n) =>
    alertLike({
      source: 'storm',
      fingerprint: `${n}`,
      groupKey: `${n}`,
      severityHint: 'high',
      startsAt: new Date().toISOString(),
    }),
  );
  await acceptAlerts(stack.store, [requestOf(storm, { receivedAtMs: Date.now() })]);
  const waiting = async (source: string) =>
    (await api.get<{ bySource: { source: string; incidents: number }[] }>('/api/backlog')).bySource.find(
      (part) => part.source === source,
    )?.incidents ?? 0;
  await until('the storm to be under way', async () => (await waiting('storm')) < 390);
  const { incidents } = await send('Probe', 'mail-1', '203.0.113.77', 'critical');
  await until(
    'the critical incident to be told',
    async () => {
      const row = await stack.store
        .selectFrom('incidents')
        .select('delivered_through')
        .where('incident_id', '=', incidents[0]?.id ?? '')
        .executeTakeFirstOrThrow();
      return row.delivered_through > 0;
    },
    { withinMs: 10_000 },
  );
  // It came last, and was not the last.
  expect(await waiting('storm')).toBeGreaterThan(100);
  const metrics = await (await fetch(`${stack.url}/metrics`)).text();
  expect(metrics).toMatch(/firebreak_backlog_age_seconds\{source="storm",severity="high"\} [0-9.]+/);
  expect(metrics).toMatch(/firebreak_dispatch_seconds_count\{source="alertmanager",severity="critical"\} 1/);
}, 60_000);
