// The bare SDK: one process with a client and a worker on one connection, tuned as Firebreak's own.

import { Client } from '@temporalio/client';
import { bundleWorkflowCode, DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import pg from 'pg';
import { storeActivities } from '../../../activities/store.ts';
import { actions } from '../../../src/actions/index.ts';
import type { OpenedIncident } from '../../../src/core/incident/state.ts';
import { loadPlan } from '../../../src/plan/load.ts';
import { incidentWorkerTuning } from '../../../src/service/workers.ts';
import { openDatabase, type Store } from '../../../src/store/database.ts';
import { migrate } from '../../../src/store/migrate.ts';
import { bareActivities, bareSchema } from '../bare/activities.ts';
import { goOn } from '../bare/go-on.ts';
import { storeIncidents } from '../bare/stored-incidents.ts';
import { add, bareIncident, counter, localWrites, tenActivities, twoActivities } from '../bare/workflows.ts';
import { untilStatus } from '../bench.ts';
import { historiesOf, mostEvents } from '../histories.ts';
import { serve } from './child.ts';

export interface BareOptions {
  temporalAddress: string;
  databaseUrl: string;
  /** Of the response plan that Firebreak has. */
  planFolder: string;
}

const methods = {
  connect,
  startLoop,
  completeIncidents,
  timeTwoActivities,
  timeTenActivities,
  signalLoop,
  eventsOfLocal,
};
export type SdkMethods = typeof methods;
serve(methods);

const taskQueue = 'bare';
/** Nobody looks at it: what is measured is the start alone. */
const unattendedQueue = 'bare-unattended';
const announced = new Map<string, () => void>();

let client: Client;
let pool: pg.Pool;
let store: Store;
let round = 0;

async function connect({ temporalAddress, databaseUrl, planFolder }: BareOptions): Promise<void> {
  Runtime.install({ logger: new DefaultLogger('ERROR') });
  pool = new pg.Pool({ connectionString: databaseUrl, max: 20 });
  pool.on('error', () => {});
  await pool.query(bareSchema);
  await listen(databaseUrl);
  store = openDatabase({ url: databaseUrl });
  await migrate(store);
  const plan = await loadPlan(planFolder);
  const connection = await NativeConnection.connect({ address: temporalAddress });
  client = new Client({ connection });
  const workflowsPath = new URL('../bare/workflows.ts', import.meta.url).pathname;
  const workflowBundle = await bundleWorkflowCode({ workflowsPath, logger: new DefaultLogger('ERROR') });
  const activities = { ...bareActivities(pool), ...storeActivities({ store, plan: () => plan, actions }) };
  const worker = await Worker.create({ connection, taskQueue, workflowBundle, activities, ...incidentWorkerTuning });
  worker.run().catch((error) => {
    console.error(error);
    process.exit(1);
  });
}

async function listen(databaseUrl: string): Promise<void> {
  const listener = new pg.Client(databaseUrl);
  // The server may end before us.
  listener.on('error', () => {});
  await listener.connect();
  listener.on('notification', ({ payload = '' }) => announced.get(payload)?.());
  await listener.query('listen bench');
}

/** Calls with the numbers from 0, so many at once. Seconds that all took. */
async function timed(count: number, atOnce: number, call: (n: number) => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  let next = 0;
  const work = async () => {
    while (next < count) await call(next++);
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return (performance.now() - startedAt) / 1_000;
}

/** Starts workflows and nothing else. */
async function startLoop({ count, atOnce }: { count: number; atOnce: number }): Promise<{ seconds: number }> {
  round += 1;
  const seconds = await timed(count, atOnce, (n) =>
    client.workflow.start(twoActivities, { workflowId: `start-${round}-${n}`, taskQueue: unattendedQueue, args: [''] }),
  );
  return { seconds };
}

export interface LocalWork {
  /** Local activities before and after the signal. */
  before: number;
  after: number;
}

/** From the first start to the last incident closed; the signals go when all workflows wait for theirs. */
async function completeIncidents({ count, atOnce }: { count: number; atOnce: number }): Promise<{ seconds: number }> {
  round += 1;
  const incidents = await storeIncidents(store, `bare-${round}`, count);
  const ids = incidents.map(({ incidentId }) => incidentId);
  const idOf = (n: number): string => `bare-${round}-${n}`;
  const startedAt = performance.now();
  await timed(count, atOnce, (n) =>
    client.workflow.start(bareIncident, {
      ...{ workflowId: idOf(n), taskQueue, requestEagerStart: true },
      args: [incidents[n] as OpenedIncident],
    }),
  );
  await untilStatus({ store }, ids, 'recovery');
  await timed(count, atOnce, (n) => client.workflow.getHandle(idOf(n)).signal(goOn));
  await untilStatus({ store }, ids, 'closed');
  return { seconds: (performance.now() - startedAt) / 1_000 };
}

/** How many events the bare workflow needs for as many local activities. */
async function eventsOfLocal(work: LocalWork): Promise<number> {
  round += 1;
  const id = `local-${round}`;
  const args: [LocalWork & { id: string }] = [{ id, ...work }];
  const handle = await client.workflow.start(localWrites, { workflowId: id, taskQueue, requestEagerStart: true, args });
  await handle.signal(goOn);
  await handle.result();
  return mostEvents(await historiesOf(client, id));
}

/** From the start to the second write, as the database tells it. */
async function timeTwoActivities(_: null): Promise<{ ms: number }> {
  round += 1;
  const id = `timed-${round}`;
  const { promise: written, resolve } = Promise.withResolvers<void>();
  announced.set(`${id}/2`, resolve);
  const startedAt = performance.now();
  await client.workflow.start(twoActivities, { workflowId: id, taskQueue, requestEagerStart: true, args: [id] });
  await written;
  announced.delete(`${id}/2`);
  return { ms: performance.now() - startedAt };
}

/** From the start to the tenth write; and how many events that took. */
async function timeTenActivities(_: null): Promise<{ ms: number; events: number }> {
  round += 1;
  const id = `ten-${round}`;
  const { promise: written, resolve } = Promise.withResolvers<void>();
  announced.set(`${id}/10`, resolve);
  const startedAt = performance.now();
  const handle = await client.workflow.start(tenActivities, {
    ...{ workflowId: id, taskQueue, requestEagerStart: true },
    args: [id],
  });
  await written;
  const ms = performance.now() - startedAt;
  announced.delete(`${id}/10`);
  await handle.result();
  return { ms, events: mostEvents(await historiesOf(client, id)) };
}

/** One workflow that is told each alert by a signal of its own. */
async function signalLoop({ count, atOnce }: { count: number; atOnce: number }): Promise<{ seconds: number }> {
  round += 1;
  const workflowId = `counter-${round}`;
  const handle = await client.workflow.start(counter, { workflowId, taskQueue, args: [count] });
  const startedAt = performance.now();
  await timed(count, atOnce, (n) => handle.signal(add, n));
  await handle.result();
  return { seconds: (performance.now() - startedAt) / 1_000 };
}
