// The workers: one for each queue, kept running, each with only what its queue needs.

import { bundleWorkflowCode, type NativeConnection, Worker, type WorkerOptions } from '@temporalio/worker';
import { containmentActivities } from '../../activities/containment.ts';
import { notifyActivities } from '../../activities/notify.ts';
import { storeActivities } from '../../activities/store.ts';
import { capabilitiesOf } from '../actions/capabilities.ts';
import { actions } from '../actions/index.ts';
import { readTargets } from '../actions/read-targets.ts';
import { decisionVerifier } from '../approvals/keys.ts';
import { channels } from '../channels/index.ts';
import { readChannelSettings } from '../channels/settings.ts';
import type { Config } from '../config.ts';
import { type QueueName, queues } from '../contract/names.ts';
import { guardFacts } from '../core/plan/guards.ts';
import type { LoadedPlan } from '../core/plan/response-plan.ts';
import { readDecisionPublicKey } from '../secrets/decision-keys.ts';
import { reportCapabilities } from '../store/capabilities.ts';
import type { Store } from '../store/database.ts';
import { keepWorker } from './kept-worker.ts';
import type { Logger } from './logger.ts';

export interface WorkersDeps {
  config: Config;
  store: Store;
  connection: NativeConnection;
  plan: () => LoadedPlan;
  log: Logger;
}

export interface Workers {
  /** Resolves when all have stopped; rejects when one failed however often another took its place. */
  done: Promise<void>;
  /** Another takes the place of that queue's worker. */
  restart(name: QueueName): void;
  stop(): Promise<void>;
}

/** What is under way may end before the process does. */
const shutdownGraceTime = '10s';
/** One that cannot let go of what it does must not keep another from taking its place. */
const shutdownForceTime = '20s';

export async function startWorkers(deps: WorkersDeps, names: readonly QueueName[]): Promise<Workers> {
  const keep = async (name: QueueName) =>
    [name, await keepWorker({ name, create: () => createWorker(deps, name), log: deps.log })] as const;
  const workers = new Map(await Promise.all(names.map(keep)));
  const all = [...workers.values()];
  const done = Promise.all(all.map((worker) => worker.done)).then(() => {});
  // Whoever awaits it hears of a failure; until then it is no unhandled rejection.
  done.catch(() => {});
  return {
    done,
    restart: (name) => workers.get(name)?.restart(),
    async stop() {
      await Promise.all(all.map((worker) => worker.stop()));
    },
  };
}

async function createWorker(deps: WorkersDeps, name: QueueName): Promise<Worker> {
  const { connection, config } = deps;
  return Worker.create({
    connection,
    namespace: config.temporal.namespace,
    taskQueue: queues[name],
    shutdownGraceTime,
    shutdownForceTime,
    ...(await optionsOf[name](deps)),
  });
}

/** The benchmark's bare worker runs with the same. */
export const incidentWorkerTuning = {
  maxConcurrentWorkflowTaskExecutions: 100,
  maxConcurrentLocalActivityExecutions: 200,
  maxCachedWorkflows: 2_000,
  workflowTaskPollerBehavior: { type: 'simple-maximum', maximum: 8 },
} satisfies Partial<WorkerOptions>;

const optionsOf: Record<QueueName, (deps: WorkersDeps) => Promise<Partial<WorkerOptions>>> = {
  incident: incidentOptions,
  containment: containmentOptions,
  notify: notifyOptions,
};

async function incidentOptions({ store, plan, log }: WorkersDeps): Promise<Partial<WorkerOptions>> {
  const workflowsPath = new URL('../../workflows/index.ts', import.meta.url).pathname;
  const logger = { ...console, log: () => {}, trace: () => {}, debug: () => {}, info: () => {} };
  const workflowBundle = await bundleWorkflowCode({
    workflowsPath,
    logger: { ...logger, warn: (text) => log.warn(text), error: (text) => log.error(text) },
  });
  return {
    workflowBundle,
    activities: storeActivities({ store, plan, actions }),
    ...incidentWorkerTuning,
  };
}

async function containmentOptions({ config, store, plan, log }: WorkersDeps): Promise<Partial<WorkerOptions>> {
  const targets = await readTargets(config.targetsFile);
  const capabilities = capabilitiesOf(actions, targets);
  await reportCapabilities(store, capabilities, new Date().toISOString());
  const live = capabilities.filter((one) => one.live).map((one) => one.name);
  log.info(
    { live },
    live.length > 0 ? 'Actions with real targets' : 'Every action simulates: no targets are configured',
  );
  const activities = containmentActivities({
    store,
    actions,
    targets,
    guards: () => guardFacts(plan().plan.guards),
    blastRadius: () => plan().plan.guards.blast_radius,
    decisionKey: decisionVerifier(await readDecisionPublicKey(config.dir)),
    now: () => new Date(),
  });
  return { activities: { ...activities }, maxConcurrentActivityTaskExecutions: 50 };
}

async function notifyOptions({ config, store }: WorkersDeps): Promise<Partial<WorkerOptions>> {
  const settings = await readChannelSettings(config.channelsFile);
  const incidentUrl = (incidentId: string) => `${config.publicUrl}/incidents/${incidentId}`;
  return { activities: { ...notifyActivities({ store, channels, settings, incidentUrl }) } };
}
