// Single processes, as production runs them: a gateway, or a worker of one or more queues. Servers are outside; secrets
// must be there already.

import { Client, Connection } from '@temporalio/client';
import type { Config } from '../config.ts';
import type { QueueName } from '../contract/names.ts';
import { openDatabase, type Store } from '../store/database.ts';
import { startCaretakers } from './caretakers.ts';
import { armFaults } from './faults.ts';
import { openGateway } from './gateway.ts';
import { HeldPlan } from './held-plan.ts';
import { type Logger, openLog } from './logger.ts';
import { Shutdown } from './shutdown.ts';
import { type Running, ServiceError } from './types.ts';
import { connect } from './up.ts';
import { startWorkers } from './workers.ts';

export async function runGateway(config: Config): Promise<Running> {
  const { databaseUrl, address } = outside(config);
  return running(config, async ({ log, store, shutdown, hold }) => {
    const plan = await hold('gateway');
    // Lazy: alerts are taken while Temporal is away.
    const connection = Connection.lazy({ address });
    shutdown.add(() => connection.close());
    const client = new Client({ connection, namespace: config.temporal.namespace });
    const temporalUiUrl = config.temporal.uiUrl ?? null;
    const gateway = await openGateway({
      config,
      store,
      databaseUrl,
      client,
      eager: false,
      temporalUiUrl,
      plan,
      log,
    });
    shutdown.add(() => gateway.close());
  });
}

export async function runWorker(config: Config, names: readonly QueueName[]): Promise<Running> {
  const { address } = outside(config);
  return running(config, async ({ log, store, shutdown, fail, hold }) => {
    const plan = await hold(`worker:${names.join('+')}`);
    const connection = await connect(address);
    shutdown.add(() => connection.close());
    const workers = await startWorkers({ config, store, connection, plan: plan.current, log }, names);
    shutdown.add(() => workers.stop());
    workers.done.catch((error) => fail(`A worker failed: ${error instanceof Error ? error.message : error}`));
    if (!names.includes('incident')) return;
    const client = new Client({ connection, namespace: config.temporal.namespace });
    await startCaretakers({ config, store, client, workers, log }, shutdown);
  });
}

interface Started {
  log: Logger;
  store: Store;
  shutdown: Shutdown;
  fail: (reason: string) => void;
  /** Loads the response plan and follows it until the process ends. */
  hold: (role: string) => Promise<HeldPlan>;
}

async function running(config: Config, start: (started: Started) => Promise<void>): Promise<Running> {
  armFaults(config);
  const log = openLog(config, 'stdout');
  const shutdown = new Shutdown();
  const stopped = Promise.withResolvers<{ exitCode: number; reason?: string }>();
  const fail = (reason: string) => stopped.resolve({ exitCode: 1, reason });
  const store = openDatabase({
    url: outside(config).databaseUrl,
    max: 20,
    onError: (error) => log.warn({ err: error }, 'Postgres connection lost'),
  });
  shutdown.add(() => store.destroy());
  let held: HeldPlan | undefined;
  const hold = async (role: string): Promise<HeldPlan> => {
    held = await HeldPlan.load({ folder: config.planDir, role, watch: config.planWatch, log });
    const following = held.follow(store);
    shutdown.add(() => following.stop());
    return held;
  };
  try {
    await start({ log, store, shutdown, fail, hold });
  } catch (error) {
    await shutdown.run();
    throw error;
  }
  const urls = { console: config.publicUrl, api: `${config.publicUrl}/api`, temporalUi: config.temporal.uiUrl ?? null };
  const reloadPlan = async () => void (await held?.reload('firebreak'));
  return { urls, adminKey: null, stopped: stopped.promise, reloadPlan, stop: () => shutdown.run() };
}

function outside(config: Config): { databaseUrl: string; address: string } {
  const { url: databaseUrl } = config.database;
  const { address } = config.temporal;
  if (databaseUrl && address) return { databaseUrl, address };
  const missing = [databaseUrl ? '' : 'DATABASE_URL', address ? '' : 'TEMPORAL_ADDRESS'].filter(Boolean).join(' and ');
  throw new ServiceError('servers_missing', `Set ${missing}; only firebreak up brings servers of its own`);
}
