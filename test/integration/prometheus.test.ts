// A real Prometheus with a real rule about a real server, which sends straight to Firebreak as if to an Alertmanager.

import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { prometheus } from '../../src/sources/prometheus.ts';
import { type AlertsGateway, startAlertsGateway } from '../support/alerts-gateway.ts';
import { type FreshDatabase, freshDatabase } from '../support/postgres.ts';
import { freePort, isInstalled, type Program, startProgram } from '../support/processes.ts';
import { until } from '../support/until.ts';

const why = isInstalled('prometheus') ? undefined : 'prometheus is not installed';

let db: FreshDatabase;
let gateway: AlertsGateway;
let watched: Server;
let watchedPort: number;
let program: Program;
let dir = '';

beforeAll(async () => {
  if (why) return;
  db = await freshDatabase();
  gateway = await startAlertsGateway(db.store);
  watchedPort = await freePort();
  watched = await serve();
  dir = await mkdtemp(join(tmpdir(), 'firebreak-prometheus-'));
  program = await startPrometheus();
}, 60_000);
afterAll(async () => {
  await program?.stop();
  watched?.close();
  watched?.closeAllConnections();
  await gateway?.close();
  await db?.close();
  if (dir) await rm(dir, { recursive: true });
});

async function serve(): Promise<Server> {
  const server = createServer((_request, response) => response.end('shop_up 1\n')).listen(watchedPort, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

const rules = {
  groups: [
    {
      name: 'shop',
      rules: [
        {
          alert: 'CheckoutDown',
          expr: 'up{job="checkout"} == 0',
          labels: { severity: 'critical', kind: 'service_down' },
          annotations: { summary: 'Checkout on {{ $labels.instance }} is down' },
        },
      ],
    },
  ],
};

/** With the snippet that Firebreak gives out, and short times. */
async function startPrometheus(): Promise<Program> {
  const pasted = parse(prometheus.snippet(`${gateway.url}/alerts/prometheus`, gateway.credentialOf('prometheus')));
  const config = {
    global: { scrape_interval: '500ms', scrape_timeout: '400ms', evaluation_interval: '500ms' },
    ...pasted,
    rule_files: [join(dir, 'rules.yml')],
    scrape_configs: [{ job_name: 'checkout', static_configs: [{ targets: [`127.0.0.1:${watchedPort}`] }] }],
  };
  await writeFile(join(dir, 'rules.yml'), stringify(rules));
  await writeFile(join(dir, 'prometheus.yml'), stringify(config));
  const port = await freePort();
  const started = startProgram('prometheus', [
    ...[`--config.file=${join(dir, 'prometheus.yml')}`, `--storage.tsdb.path=${join(dir, 'data')}`],
    ...[`--web.listen-address=127.0.0.1:${port}`, '--rules.alert.resend-delay=1s'],
  ]);
  await until('Prometheus', async () => (await fetch(`http://127.0.0.1:${port}/-/ready`)).ok);
  return started;
}

const alertOf = (status: 'firing' | 'resolved', repeats = 0) =>
  until(`the alert to be ${status}`, async () => {
    const rows = await db.store.selectFrom('alerts').selectAll().where('source', '=', 'prometheus').execute();
    return rows.find((row) => row.status === status && row.repeat_count >= repeats);
  });

test.skipIf(why)(
  `a server that goes away and comes back is one alert that fires, repeats and resolves${why ? ` (skipped: ${why})` : ''}`,
  async () => {
    watched.close();
    watched.closeAllConnections();
    const firing = await alertOf('firing', 1);
    expect(firing.normalised).toMatchObject({
      title: `Checkout on 127.0.0.1:${watchedPort} is down`,
      severityHint: 'critical',
      labels: { alertname: 'CheckoutDown', job: 'checkout', kind: 'service_down' },
    });
    expect(firing.incident_id).toBeTruthy();

    watched = await serve();
    const resolved = await alertOf('resolved');
    expect(resolved.alert_id).toBe(firing.alert_id);
    expect(resolved.incident_id).toBe(firing.incident_id);
    const incidents = await db.store.selectFrom('incidents').select('firing_count').execute();
    expect(incidents).toEqual([{ firing_count: 0 }]);
    const quarantined = await db.store.selectFrom('quarantine').select('problem').execute();
    expect(quarantined).toEqual([]);
  },
  60_000,
);
