// `firebreak up`: everything in one process, with embedded servers where no outside ones are configured.

import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Client } from '@temporalio/client';
import { NativeConnection } from '@temporalio/worker';
import type { Config } from '../config.ts';
import type { QueueName } from '../contract/names.ts';
import { queues } from '../contract/names.ts';
import { choosePort } from '../embedded/ports.ts';
import { openDatabase } from '../store/database.ts';
import { startCaretakers } from './caretakers.ts';
import { armFaults } from './faults.ts';
import { openGateway } from './gateway.ts';
import { HeldPlan } from './held-plan.ts';
import { openLog } from './logger.ts';
import { ensureAdminKey, ensureSchema, ensureSecrets } from './prepare.ts';
import { startServers } from './servers.ts';
import { Shutdown } from './shutdown.ts';
import { type Progress, type Running, ServiceError } from './types.ts';
import { startWorkers } from './workers.ts';

export async function runUp(config: Config, progress: Progress): Promise<Running> {
  armFaults(config);
  const shutdown = new Shutdown();
  try {
    return await bringUp(await withPort(config), progress, shutdown);
  } catch (error) {
    await shutdown.run();
    throw error;
  }
}

/** Asked first: a port in use should be said before half a minute of starting servers. */
async function withPort(config: Config): Promise<Config> {
  const port = await choosePort(config.bind, { port: config.port, what: 'The gateway', setting: 'PORT' });
  return { ...config, port, publicUrl: config.publicUrl.replace(/:0$/, `:${port}`) };
}

async function bringUp(config: Config, progress: Progress, shutdown: Shutdown): Promise<Running> {
  const log = openLog(config, 'file');
  // A plan that is wrong is said before anything starts.
  const plan = await tracked(progress, 'Response plan', async () => {
    const held = await HeldPlan.load({ folder: config.planDir, role: 'up', watch: config.planWatch, log });
    const { plan: content, digest } = held.current();
    return [held, `${content.playbooks.length} playbooks, digest ${digest.slice(0, 12)}`] as const;
  });
  await ensureSecrets(config.dir);
  const stopped = Promise.withResolvers<{ exitCode: number; reason?: string }>();
  const fail = (reason: string) => stopped.resolve({ exitCode: 1, reason });
  const servers = await startServers({ config, log, progress, onLost: fail });
  shutdown.add(() => servers.stop());

  const store = openDatabase({
    url: servers.databaseUrl,
    max: 20,
    onError: (error) => log.warn({ err: error }, 'Postgres connection lost'),
  });
  shutdown.add(() => store.destroy());
  const adminKey = await tracked(progress, 'Database', async () => {
    const applied = await ensureSchema(store);
    const key = await ensureAdminKey(store, config);
    return [key, applied.length > 0 ? `migrated: ${applied.join(', ')}` : 'up to date'] as const;
  });

  const following = plan.follow(store);
  shutdown.add(() => following.stop());
  const [connection, workers] = await tracked(progress, 'Workers', async () => {
    const native = await connect(servers.temporalAddress);
    shutdown.add(() => native.close());
    const workers = await startWorkers(
      { config, store, connection: native, plan: plan.current, log },
      Object.keys(queues) as QueueName[],
    );
    shutdown.add(() => workers.stop());
    workers.done.catch((error) => fail(`A worker failed: ${error instanceof Error ? error.message : error}`));
    return [[native, workers] as const, Object.keys(queues).join(', ')] as const;
  });
  const client = new Client({ connection, namespace: config.temporal.namespace });
  const temporalUiUrl = servers.temporalUiUrl;
  const url = await tracked(progress, 'Gateway', async () => {
    const options = {
      config,
      store,
      databaseUrl: servers.databaseUrl,
      client,
      eager: true,
      temporalUiUrl,
      plan,
      log,
    };
    const gateway = await openGateway(options);
    shutdown.add(() => gateway.close());
    return [gateway.url, gateway.url] as const;
  });
  await startCaretakers({ config, store, client, workers, log }, shutdown);

  const urls = { console: config.publicUrl, api: `${config.publicUrl}/api`, temporalUi: temporalUiUrl };
  await writeServerFile(config, urls, url);
  shutdown.add(() => rm(serverFileOf(config), { force: true }));
  const reloadPlan = async () => void (await plan.reload('firebreak'));
  return { urls, adminKey, stopped: stopped.promise, reloadPlan, stop: () => shutdown.run() };
}

async function tracked<T>(progress: Progress, title: string, work: () => Promise<readonly [T, string]>): Promise<T> {
  const step = progress.step(title);
  try {
    const [result, detail] = await work();
    step.done(detail);
    return result;
  } catch (error) {
    step.fail(error instanceof Error ? error.message : String(error));
    throw error;
  }
}

export async function connect(address: string): Promise<NativeConnection> {
  try {
    return await NativeConnection.connect({ address });
  } catch (error) {
    throw new ServiceError('temporal_unreachable', `Temporal cannot be reached at ${address}; check TEMPORAL_ADDRESS`, {
      cause: error,
    });
  }
}

const serverFileOf = (config: Config): string => join(config.dir, 'server.json');

/** Where the command line of this machine finds the server. */
async function writeServerFile(config: Config, urls: Running['urls'], url: string): Promise<void> {
  const content = {
    url,
    apiUrl: `${url}/api`,
    temporalUiUrl: urls.temporalUi,
    pid: process.pid,
    startedAt: new Date().toISOString(),
  };
  await writeFile(serverFileOf(config), `${JSON.stringify(content, null, 2)}\n`);
}
