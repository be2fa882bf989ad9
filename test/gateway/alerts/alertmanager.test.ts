// The real thing: Prometheus watches a node exporter and tells two Alertmanagers, as a highly available pair that has
// lost touch does; both tell the gateway, with the configuration that the source gives out to be pasted.

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { alertmanager } from '../../../src/sources/alertmanager.ts';
import { type AlertsGateway, startAlertsGateway } from '../../support/alerts-gateway.ts';
import { type FreshDatabase, freshDatabase } from '../../support/postgres.ts';
import { freePort, isInstalled, type Program, startProgram } from '../../support/processes.ts';

const packages = ['prometheus', 'prometheus-alertmanager', 'prometheus-node-exporter'];
const missing = packages.filter((name) => !isInstalled(name));

let db: FreshDatabase;
let gateway: AlertsGateway;
let dir = '';
const programs: Program[] = [];

beforeAll(async () => {
  db = await freshDatabase();
  gateway = await startAlertsGateway(db.store);
  dir = await mkdtemp(join(tmpdir(), 'firebreak-alertmanager-'));
});
afterAll(async () => {
  await Promise.all(programs.map((program) => program.stop()));
  await gateway.close();
  await db.close();
  await rm(dir, { recursive: true });
});

function start(file: string, args: string[]): Program {
  const program = startProgram(file, args);
  programs.push(program);
  return program;
}

async function writeYaml(name: string, content: unknown): Promise<string> {
  const file = join(dir, name);
  await writeFile(file, stringify(content));
  return file;
}

async function startAlertmanager(name: string): Promise<number> {
  const port = await freePort();
  const pasted = parse(
    alertmanager.snippet(`${gateway.url}/alerts/alertmanager`, gateway.credentialOf('alertmanager')),
  );
  const timing = {
    group_by: ['alertname', 'service'],
    group_wait: '300ms',
    group_interval: '1s',
    repeat_interval: '2s',
  };
  const config = await writeYaml(`${name}.yml`, { ...pasted, route: { ...pasted.route, ...timing } });
  start('prometheus-alertmanager', [
    ...[`--config.file=${config}`, `--storage.path=${join(dir, name)}`],
    ...[`--web.listen-address=127.0.0.1:${port}`, '--cluster.listen-address=', '--log.level=warn'],
  ]);
  return port;
}

async function startPrometheus(exporter: number, alertmanagers: number[]): Promise<void> {
  const labels = { severity: 'critical', kind: 'service_down', service: 'checkout' };
  const annotations = { summary: '{{ $labels.instance }} does not answer' };
  const rules = await writeYaml('rules.yml', {
    groups: [
      { name: 'firebreak', rules: [{ alert: 'ServiceDown', expr: 'up{job="node"} == 0', labels, annotations }] },
    ],
  });
  const config = await writeYaml('prometheus.yml', {
    global: { scrape_interval: '500ms', scrape_timeout: '400ms', evaluation_interval: '500ms' },
    rule_files: [rules],
    scrape_configs: [{ job_name: 'node', static_configs: [{ targets: [`127.0.0.1:${exporter}`] }] }],
    alerting: { alertmanagers: [{ static_configs: [{ targets: alertmanagers.map((port) => `127.0.0.1:${port}`) }] }] },
  });
  start('prometheus', [
    ...[`--config.file=${config}`, `--storage.tsdb.path=${join(dir, 'tsdb')}`, '--log.level=warn'],
    ...[`--web.listen-address=127.0.0.1:${await freePort()}`, '--rules.alert.resend-delay=1s'],
  ]);
}

const startExporter = (port: number): Program =>
  start('prometheus-node-exporter', [
    `--web.listen-address=127.0.0.1:${port}`,
    '--collector.disable-defaults',
    '--collector.time',
  ]);

const incidents = () =>
  db.store
    .selectFrom('incidents')
    .select(['incident_id', 'title', 'severity', 'service', 'firing_count', 'repeat_count'])
    .execute();

async function until(what: string, isSo: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 20_000;
  while (!(await isSo())) {
    if (Date.now() > deadline)
      throw new Error(`${what}: not within 20 s\n${programs.map((one) => one.output()).join('\n')}`);
    await sleep(100);
  }
}

/** How many notifications the Alertmanager sent by webhook, and how many of them failed. */
async function notifications(port: number): Promise<{ sent: number; failed: number }> {
  const metrics = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  const read = (name: string) =>
    Number(new RegExp(`^${name}\\{integration="webhook"\\} (\\d+)`, 'm').exec(metrics)?.[1] ?? 0);
  return { sent: read('alertmanager_notifications_total'), failed: read('alertmanager_notifications_failed_total') };
}

test('a service goes down and comes back: one incident, repeats counted, resolved where it fired', async (context) => {
  context.skip(missing.length > 0, `not installed: ${missing.join(', ')} (Debian packages of these names)`);
  const exporterPort = await freePort();
  const exporter = startExporter(exporterPort);
  const alertmanagers = [await startAlertmanager('one'), await startAlertmanager('two')];
  await startPrometheus(exporterPort, alertmanagers);
  await until('the exporter is scraped', async () => (await fetch(`http://127.0.0.1:${exporterPort}/metrics`)).ok);

  await exporter.stop();
  await until('it fires', async () => (await incidents()).length > 0);
  const [incident] = await incidents();
  const title = `127.0.0.1:${exporterPort} does not answer`;
  expect(incident).toMatchObject({ title, severity: 'critical', service: 'checkout', firing_count: 1 });
  await until('both repeat', async () => ((await incidents())[0]?.repeat_count ?? 0) >= 3);

  startExporter(exporterPort);
  await until('it is resolved', async () => (await incidents())[0]?.firing_count === 0);
  // Longer than the group interval: by now the other one has said so too.
  await sleep(1_500);

  expect((await incidents()).map(({ incident_id }) => incident_id)).toEqual([incident?.incident_id]);
  const alerts = await db.store.selectFrom('alerts').select(['status', 'incident_id', 'suppressed']).execute();
  expect(alerts).toEqual([{ status: 'resolved', incident_id: incident?.incident_id, suppressed: null }]);
  const told = await Promise.all(alertmanagers.map(notifications));
  expect(told.map(({ failed }) => failed)).toEqual([0, 0]);
  expect(Math.min(...told.map(({ sent }) => sent))).toBeGreaterThan(1);
  // Each notification holds the one alert; the first firing and the first resolved one changed something.
  const repeats = (await incidents())[0]?.repeat_count ?? 0;
  expect(told.reduce((sum, { sent }) => sum + sent, 0)).toBe(repeats + 2);
}, 60_000);
