// The whole of Firebreak against a real attack: a real Alertmanager tells of an attacker, a person approves, and the
// attacker's own network namespace loses access to the victim, until the block is lifted or its time is up.

import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { readSourceCredentials } from '../../src/secrets/source-credentials.ts';
import { alertmanager } from '../../src/sources/alertmanager.ts';
import { type TwoHosts, twoHosts, whyNoNamespaces } from '../actions/network-namespaces.ts';
import { Api } from '../support/api.ts';
import { freePort, isInstalled, type Program, startProgram } from '../support/processes.ts';
import { type Stack, startStack } from '../support/stack.ts';
import { until } from '../support/until.ts';

const why =
  whyNoNamespaces() ??
  (isInstalled('prometheus-alertmanager') ? undefined : 'prometheus-alertmanager is not installed');

let hosts: TwoHosts;
let stack: Stack;
let api: Api;
let alerts: Program;
let dir = '';
let alertmanagerUrl = '';

beforeAll(async () => {
  if (why) return;
  hosts = await twoHosts();
  dir = await mkdtemp(join(tmpdir(), 'firebreak-attack-'));
  stack = await startStack({ configure });
  api = new Api(stack);
  await startAlertmanager();
}, 120_000);
afterAll(async () => {
  await alerts?.stop();
  await stack?.close();
  await hosts?.remove();
  if (dir) await rm(dir, { recursive: true });
});

/** The plan that ships, except that nobody waits for a minute of quiet. */
async function configure(folder: string): Promise<Record<string, string>> {
  const plan = join(folder, 'response-plan');
  await cp(new URL('../../response-plan', import.meta.url), plan, { recursive: true });
  const slas = join(plan, 'slas.yaml');
  await writeFile(slas, (await readFile(slas, 'utf8')).replaceAll(/quiet: \w+/g, 'quiet: 1s'));
  const targets = join(folder, 'targets.yaml');
  await writeFile(targets, `firewall: { namespace: ${hosts.victim} }\n`);
  return { FIREBREAK_PLAN: plan, FIREBREAK_TARGETS: targets };
}

/** With the snippet that Firebreak gives out, and short times. */
async function startAlertmanager(): Promise<void> {
  const credential = (await readSourceCredentials(stack.dir)).get('alertmanager')?.[0] ?? '';
  const pasted = parse(alertmanager.snippet(`${stack.url}/alerts/alertmanager`, credential));
  const timing = {
    group_by: ['alertname', 'instance'],
    group_wait: '100ms',
    group_interval: '1s',
    repeat_interval: '1h',
  };
  const config = join(dir, 'alertmanager.yml');
  await writeFile(config, stringify({ ...pasted, route: { ...pasted.route, ...timing } }));
  const port = await freePort();
  alertmanagerUrl = `http://127.0.0.1:${port}`;
  alerts = startProgram('prometheus-alertmanager', [
    ...[`--config.file=${config}`, `--storage.path=${join(dir, 'data')}`],
    ...[`--web.listen-address=127.0.0.1:${port}`, '--cluster.listen-address='],
  ]);
  await until('Alertmanager', async () => (await fetch(`${alertmanagerUrl}/-/ready`)).ok);
}

async function detect(instance: string, status: 'firing' | 'resolved'): Promise<void> {
  const now = Date.now();
  const alert = {
    labels: {
      alertname: 'SshBruteForce',
      kind: 'brute_force',
      severity: 'high',
      service: 'checkout',
      instance,
      src_ip: hosts.attackerAddress.ipv4,
    },
    annotations: { summary: `Failed logins on ${instance}` },
    startsAt: new Date(now - 60_000).toISOString(),
    ...(status === 'resolved' && { endsAt: new Date(now - 1_000).toISOString() }),
  };
  const response = await fetch(`${alertmanagerUrl}/api/v2/alerts`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify([alert]),
  });
  expect(response.status).toBe(200);
}

interface Listed<T> {
  items: T[];
}
type Incident = { id: string; status: string; title: string };
type Approval = { id: string; incidentId: string; digest: string; subject: { mode: string; target: string } };
type Containment = { id: string; incidentId: string; status: string };

const incidentOf = (instance: string) =>
  until(`the incident of ${instance}`, async () => {
    const { items } = await api.get<Listed<Incident>>('/api/incidents');
    return items.find(({ title }) => title.includes(instance));
  });

async function approveBlock(incidentId: string): Promise<Approval> {
  const approval = await until('the approval', async () => {
    const { items } = await api.get<Listed<Approval>>('/api/approvals');
    return items.find((one) => one.incidentId === incidentId);
  });
  await api.post(`/api/approvals/${approval.id}/decisions`, {
    decision: 'approve',
    digest: approval.digest,
    reason: 'an attack',
  });
  return approval;
}

const containmentOf = (incidentId: string) =>
  until('the containment', async () => {
    const { items } = await api.get<Listed<Containment>>('/api/containments');
    return items.find((one) => one.incidentId === incidentId && one.status === 'held');
  });

const attackerIs = (reaching: boolean) =>
  until(
    `the attacker ${reaching ? 'to have' : 'to lose'} access`,
    async () => (await hosts.attackerReaches('ipv4')) === reaching,
  );

describe.skipIf(why)(`an attacker${why ? ` (skipped: ${why})` : ''}`, () => {
  test('loses access once a person approved the block, and has it back when it is lifted', async () => {
    await detect('web-1', 'firing');
    const incident = await incidentOf('web-1');
    expect(await hosts.attackerReaches('ipv4')).toBe(true);

    const { subject } = await approveBlock(incident.id);
    expect(subject).toMatchObject({ mode: 'live', target: `ip:${hosts.attackerAddress.ipv4}` });
    await attackerIs(false);
    const { id } = await containmentOf(incident.id);

    await detect('web-1', 'resolved');
    await until('the incident to close', async () => {
      return (await api.get<Incident>(`/api/incidents/${incident.id}`)).status === 'closed';
    });
    expect(await hosts.attackerReaches('ipv4'), 'the block outlives its incident').toBe(false);

    await api.post(`/api/containments/${id}/lift`, { reason: 'a customer after all' });
    await attackerIs(true);
    const authorization = `Bearer ${stack.adminKey}`;
    const report = await fetch(`${stack.url}/api/incidents/${incident.id}/report`, { headers: { authorization } });
    expect(await report.text()).toContain(hosts.attackerAddress.ipv4);
  }, 90_000);

  test('has access back when the block is shortened by dismissing its incident', async () => {
    await detect('web-2', 'firing');
    const incident = await incidentOf('web-2');
    await approveBlock(incident.id);
    await attackerIs(false);
    await containmentOf(incident.id);
    await api.post(`/api/incidents/${incident.id}/commands`, {
      type: 'dismiss',
      disposition: 'false_positive',
      reason: 'a load test',
    });
    await attackerIs(true);
    await until('the incident to end', async () => {
      return (await api.get<Incident>(`/api/incidents/${incident.id}`)).status === 'dismissed';
    });
  }, 90_000);
});
