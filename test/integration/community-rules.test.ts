// Community rules, as they are but for their patience, on conditions that are real on this machine: a disk that is full, a
// process that is down, processors that are busy. Prometheus tells Firebreak straight, and through an Alertmanager.

import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { cpus, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { alertmanager } from '../../src/sources/alertmanager.ts';
import { prometheus } from '../../src/sources/prometheus.ts';
import { type AlertsGateway, startAlertsGateway } from '../support/alerts-gateway.ts';
import { type FreshDatabase, freshDatabase } from '../support/postgres.ts';
import { freePort, isInstalled, type Program, startProgram } from '../support/processes.ts';
import { until } from '../support/until.ts';

const rulesFolder = resolve(import.meta.dirname, '../../../shared/data/prometheus-rules');
const needed = ['prometheus', 'prometheus-alertmanager', 'prometheus-node-exporter'];
const why = whyNot();

function whyNot(): string | undefined {
  const missing = needed.filter((program) => !isInstalled(program));
  if (missing.length > 0) return `${missing.join(', ')} not installed`;
  if (!existsSync(rulesFolder)) return `there is no ${rulesFolder}, the community rules`;
  if (process.getuid?.() !== 0) return 'only root can mount the disk that runs full';
  return existsSync('/dev/loop-control') ? undefined : 'this kernel has no loop devices to mount a disk from';
}

let db: FreshDatabase;
let gateway: AlertsGateway;
let dir = '';
let disk = '';
let exporterPort = 0;
let target: Server;
let targetPort = 0;
const programs: Program[] = [];
const burners: ChildProcess[] = [];

beforeAll(async () => {
  if (why) return;
  db = await freshDatabase();
  gateway = await startAlertsGateway(db.store);
  dir = await mkdtemp(join(tmpdir(), 'firebreak-community-'));
  disk = await mountDisk();
  [exporterPort, targetPort] = [await freePort(), await freePort()];
  target = await serve();
  programs.push(startProgram('prometheus-node-exporter', [`--web.listen-address=127.0.0.1:${exporterPort}`]));
  const alertmanagerPort = await startAlertmanager();
  await startPrometheus(alertmanagerPort);
}, 60_000);
afterAll(async () => {
  for (const burner of burners) burner.kill('SIGKILL');
  for (const program of programs.reverse()) await program.stop();
  target?.closeAllConnections();
  target?.close();
  await gateway?.close();
  await db?.close();
  if (disk) execFileSync('umount', [disk]);
  if (dir) await rm(dir, { recursive: true });
});

/** Where the exporter looks: it leaves out what is mounted below /run, /sys and the like. */
async function mountDisk(): Promise<string> {
  const image = join(dir, 'disk.img');
  const mounted = join(dir, 'disk');
  await mkdir(mounted);
  execFileSync('truncate', ['--size=24M', image]);
  execFileSync('mkfs.ext4', ['-q', '-F', image]);
  execFileSync('mount', ['-o', 'loop', image, mounted]);
  return mounted;
}

async function serve(): Promise<Server> {
  const server = createServer((_request, response) => response.end('shop_up 1\n')).listen(targetPort, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

async function startAlertmanager(): Promise<number> {
  const [port, file] = [await freePort(), join(dir, 'alertmanager.yml')];
  const snippet = parse(
    alertmanager.snippet(`${gateway.url}/alerts/alertmanager`, gateway.credentialOf('alertmanager')),
  );
  const [receiver] = snippet.receivers;
  const times = { group_wait: '0s', group_interval: '1s', repeat_interval: '1h' };
  const route = { receiver: receiver.name, group_by: ['alertname', 'instance', 'mountpoint'], ...times };
  await writeFile(file, stringify({ route, receivers: [receiver] }));
  programs.push(
    startProgram('prometheus-alertmanager', [
      ...[`--config.file=${file}`, `--storage.path=${join(dir, 'alertmanager')}`],
      ...[`--web.listen-address=127.0.0.1:${port}`, '--cluster.listen-address='],
    ]),
  );
  await until('Alertmanager', async () => (await fetch(`http://127.0.0.1:${port}/-/ready`)).ok);
  return port;
}

const chosen = ['HostOutOfDiskSpace', 'PrometheusTargetMissing', 'HostHighCpuLoad'];

/** Expressions, labels and texts as they are. `for` is their patience with a condition, and the test's time. */
async function communityRules(): Promise<object> {
  const files = ['host-and-hardware.yml', 'prometheus-self-monitoring.yml'];
  const texts = await Promise.all(files.map((file) => readFile(join(rulesFolder, file), 'utf8')));
  const groups = texts.flatMap((text) => parse(text).groups as { name: string; rules: { alert: string }[] }[]);
  const impatient = groups.map((group) => ({ ...group, rules: group.rules.map((rule) => ({ ...rule, for: '0s' })) }));
  const names = impatient.flatMap(({ rules }) => rules.map(({ alert }) => alert));
  for (const name of chosen) expect(names).toContain(name);
  return { groups: impatient };
}

async function startPrometheus(alertmanagerPort: number): Promise<void> {
  const straight = parse(prometheus.snippet(`${gateway.url}/alerts/prometheus`, gateway.credentialOf('prometheus')));
  const [firebreak] = straight.alerting.alertmanagers;
  const through = { static_configs: [{ targets: [`127.0.0.1:${alertmanagerPort}`] }] };
  const at = (...ports: number[]) => [{ targets: ports.map((port) => `127.0.0.1:${port}`) }];
  const config = {
    global: { scrape_interval: '500ms', scrape_timeout: '400ms', evaluation_interval: '1s' },
    alerting: { ...straight.alerting, alertmanagers: [firebreak, through] },
    rule_files: [join(dir, 'rules.yml')],
    scrape_configs: [
      { job_name: 'node', static_configs: at(exporterPort) },
      // Two of a job: the rule is about one that is missing while others are there.
      { job_name: 'shop', metrics_path: '/metrics', static_configs: at(targetPort, exporterPort) },
    ],
  };
  await writeFile(join(dir, 'rules.yml'), stringify(await communityRules()));
  await writeFile(join(dir, 'prometheus.yml'), stringify(config));
  const port = await freePort();
  programs.push(
    startProgram('prometheus', [
      ...[`--config.file=${join(dir, 'prometheus.yml')}`, `--storage.tsdb.path=${join(dir, 'data')}`],
      ...[`--web.listen-address=127.0.0.1:${port}`, '--rules.alert.resend-delay=1s'],
    ]),
  );
  await until('Prometheus', async () => (await fetch(`http://127.0.0.1:${port}/-/ready`)).ok);
}

interface Wanted {
  alertname: string;
  status: 'firing' | 'resolved';
  label?: [name: string, value: string];
}

/** From both ways, each in an incident of its own way. */
async function untilBoth({ alertname, status, label }: Wanted): Promise<void> {
  for (const source of ['prometheus', 'alertmanager']) {
    const found = await until(
      `${alertname} to be ${status} by ${source}`,
      async () => {
        const rows = await db.store.selectFrom('alerts').selectAll().where('source', '=', source).execute();
        return rows.find(({ normalised: { labels }, status: is }) => {
          return labels.alertname === alertname && is === status && (!label || labels[label[0]] === label[1]);
        });
      },
      { withinMs: 45_000 },
    );
    expect(found.incident_id, `${alertname} by ${source}`).toBeTruthy();
  }
}

const skipped = why ? ` (skipped: ${why})` : '';

test.skipIf(why)(
  `a full disk, a process that is down and busy processors become incidents both ways, and end when they end${skipped}`,
  async () => {
    const onDisk = { alertname: 'HostOutOfDiskSpace', label: ['mountpoint', disk] } satisfies Partial<Wanted>;
    const missing = {
      alertname: 'PrometheusTargetMissing',
      label: ['instance', `127.0.0.1:${targetPort}`],
    } satisfies Partial<Wanted>;
    for (let n = 0; n < cpus().length; n += 1) burners.push(spawn(process.execPath, ['-e', 'for (;;);']));
    await writeFile(join(disk, 'log'), Buffer.alloc(18 * 1024 * 1024));
    execFileSync('sync', ['-f', disk]);
    target.close();
    target.closeAllConnections();
    await untilBoth({ ...onDisk, status: 'firing' });
    await untilBoth({ ...missing, status: 'firing' });
    await untilBoth({ alertname: 'HostHighCpuLoad', status: 'firing' });

    for (const burner of burners) burner.kill('SIGKILL');
    await rm(join(disk, 'log'));
    target = await serve();
    await untilBoth({ ...onDisk, status: 'resolved' });
    await untilBoth({ ...missing, status: 'resolved' });
    expect(await db.store.selectFrom('quarantine').select('problem').execute()).toEqual([]);
  },
  120_000,
);
