// Everything that a run of the benchmark needs, on one machine and on the same servers: Temporal and Postgres with the
// settings of `firebreak up`, Firebreak itself, and the peers that it is compared with.

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Connection } from '@temporalio/client';
import pg from 'pg';
import { searchAttributeNames } from '../../src/contract/search-attributes.ts';
import { startPostgres } from '../../src/embedded/postgres.ts';
import { findTemporalCli } from '../../src/embedded/temporal-binary.ts';
import { startTemporal } from '../../src/embedded/temporal-server.ts';
import { freePort, isInstalled, startProgram } from '../support/processes.ts';
import { until } from '../support/until.ts';
import { type Child, startChild } from './children/child.ts';
import type { ExpressMethods } from './children/express.ts';
import type { LoadMethods } from './children/load.ts';
import type { SdkMethods } from './children/sdk.ts';
import type { ServerPids } from './cpu.ts';
import { type Firebreak, startFirebreak } from './firebreak.ts';
import { writeResponsePlan } from './response-plan.ts';

export interface World {
  main: Firebreak;
  /** Another one, on a database and in a namespace of its own. */
  startAnother(name: string, prepare: (databaseUrl: string) => Promise<void>): Promise<Firebreak>;
  /** Base URL; null where Alertmanager is not installed. */
  alertmanagerUrl: string | null;
  /** The bare handlers, of which one stores what it accepts, and what they want. */
  express: { url: string; storingUrl: string; headers: Record<string, string> };
  sdk: Child<SdkMethods>;
  load: Child<LoadMethods>;
  pids: ServerPids;
}

export interface WorldOptions {
  /** What is started is put here, to be disposed of by the caller. */
  stack: AsyncDisposableStack;
  profileDir?: string;
}

export async function startWorld({ stack, profileDir }: WorldOptions): Promise<World> {
  const dir = await mkdtemp(join(tmpdir(), 'firebreak-bench-'));
  stack.defer(() => rm(dir, { recursive: true, force: true }));
  const [postgres, temporal] = await Promise.all([
    startPostgres({ stateDir: dir }),
    findTemporalCli({ searchPath: process.env.PATH }).then((executable) =>
      startTemporal({ executable, stateDir: dir }),
    ),
  ]);
  stack.defer(() => postgres.stop());
  stack.defer(() => temporal.stop());
  const bareUrl = await createDatabase(postgres.url, 'bare');
  const environment = await writeResponsePlan(dir);
  const firebreak = async (name: string, namespace: string, databaseUrl: string) => {
    const started = await startFirebreak({
      ...{ dir: join(dir, name), databaseUrl, temporalAddress: temporal.address, namespace, environment },
      ...(profileDir !== undefined && name === 'main' && { profileDir }),
    });
    stack.defer(() => started.stop());
    return started;
  };
  const child = <M extends SdkMethods | LoadMethods | ExpressMethods>(name: string): Child<M> => {
    const started = startChild<M>(new URL(`children/${name}.ts`, import.meta.url));
    stack.defer(() => started.stop());
    return started;
  };
  const sdk = child<SdkMethods>('sdk');
  const expressChild = child<ExpressMethods>('express');
  const [main, alertmanagerUrl, express] = await Promise.all([
    firebreak('main', 'default', postgres.url),
    startAlertmanager(dir, stack),
    startExpress(expressChild, await createDatabase(postgres.url, 'bodies')),
    sdk.call('connect', {
      ...{ temporalAddress: temporal.address, databaseUrl: bareUrl, planFolder: environment.FIREBREAK_PLAN },
    }),
  ]);
  const startAnother: World['startAnother'] = async (name, prepare) => {
    const databaseUrl = await createDatabase(postgres.url, name);
    await Promise.all([addNamespace(temporal.address, name), prepare(databaseUrl)]);
    return firebreak(name, name, databaseUrl);
  };
  const pids = { gateway: main.pid, postgres: postgres.pid, temporal: temporal.pid, express: expressChild.pid };
  return { main, startAnother, alertmanagerUrl, express, sdk, load: child<LoadMethods>('load'), pids };
}

async function createDatabase(url: string, name: string): Promise<string> {
  const client = new pg.Client(url);
  await client.connect();
  await client.query(`create database ${client.escapeIdentifier(name)}`);
  await client.end();
  return new URL(`/${name}`, url).href;
}

/** temporal.api.enums.v1.IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD */
const keyword = 2;

async function addNamespace(address: string, namespace: string): Promise<void> {
  const connection = await Connection.connect({ address });
  const workflowExecutionRetentionPeriod = { seconds: 86_400 as never };
  await connection.workflowService.registerNamespace({ namespace, workflowExecutionRetentionPeriod });
  const searchAttributes = Object.fromEntries(searchAttributeNames.map((name) => [name, keyword]));
  // The server hears of its new namespace only after a while.
  const add = () => connection.operatorService.addSearchAttributes({ namespace, searchAttributes });
  await until(`namespace ${namespace}`, () => add().then(() => true), { withinMs: 30_000 });
  await connection.close();
}

/** It takes alerts and tells nobody, which is the least that it can do. */
async function startAlertmanager(dir: string, stack: AsyncDisposableStack): Promise<string | null> {
  if (!isInstalled('prometheus-alertmanager')) return null;
  const config = join(dir, 'alertmanager.yml');
  await writeFile(
    config,
    'route: { receiver: nobody, group_by: [group], group_wait: 1h }\nreceivers: [{ name: nobody }]\n',
  );
  const url = `http://127.0.0.1:${await freePort()}`;
  const program = startProgram('prometheus-alertmanager', [
    ...[`--config.file=${config}`, `--storage.path=${join(dir, 'alertmanager')}`],
    ...[`--web.listen-address=${new URL(url).host}`, '--cluster.listen-address=', '--log.level=error'],
  ]);
  stack.defer(() => program.stop());
  await until('Alertmanager', async () => (await fetch(`${url}/-/ready`)).ok, { hint: () => program.output() });
  return url;
}

async function startExpress(child: Child<ExpressMethods>, databaseUrl: string): Promise<World['express']> {
  const credential = 'a-credential-as-long-as-those-of-firebreak0';
  const urls = await child.call('listen', { credential, databaseUrl });
  return { ...urls, headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${credential}` } };
}
