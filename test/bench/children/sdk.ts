// The bare SDK: one process with a client and a worker on one connection, tuned as Firebreak's own.

import { Client } from '@temporalio/client';
import { bundleWorkflowCode, DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import pg from 'pg';
import { incidentWorkerTuning } from '../../../src/service/workers.ts';
import { until } from '../../support/until.ts';
import { bareActivities, bareSchema } from '../bare/activities.ts';
import { add, counter, goOn, localWrites, twoActivities } from '../bare/workflows.ts';
import { historiesOf, mostEvents } from '../histories.ts';
import { serve } from './child.ts';

export interface BareOptions {
  temporalAddress: string;
  databaseUrl: string;
}

const methods = { connect, startLoop, completeLocally, timeTwoActivities, signalLoop, eventsOfLocal };
export type SdkMethods = typeof methods;
serve(methods);

const taskQueue = 'bare';
/** Nobody looks at it: what is measured is the start alone. */
const unattendedQueue = 'bare-unattended';
const announced = new Map<string, () => void>();

let client: Client;
let pool: pg.Pool;
let round = 0;

async function connect({ temporalAddress, databaseUrl }: BareOptions): Promise<void> {
  Runtime.install({ logger: new DefaultLogger('ERROR') });
  pool = new pg.Pool({ connectionString: databaseUrl, max: 20 });
  pool.on('error', () => {});
  await pool.query(bareSchema);
  await listen(databaseUrl);
  const connection = await NativeConnection.connect({ address: temporalAddress });
  client = new Client({ connection });
  const workflowsPath = new URL('../bare/workflows.ts', import.meta.url).pathname;
  const workflowBundle = await bundleWorkflowCode({ workflowsPath, logger: new DefaultLogger('ERROR') });
  const activities = { ...bareActivities(pool) };
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

const idOf = (n: number): string => `local-${round}-${n}`;

/** From the first start to the last write of all; the signals go when all workflows wait for theirs. */
async function completeLocally(input: LocalWork & { count: number; atOnce: number }): Promise<{ seconds: number }> {
  const { count, atOnce, before, after } = input;
  round += 1;
  const startedAt = performance.now();
  await timed(count, atOnce, (n) => startLocal(idOf(n), input));
  await untilWritten(count * before);
  await timed(count, atOnce, (n) => client.workflow.getHandle(idOf(n)).signal(goOn));
  await untilWritten(count * (before + after));
  return { seconds: (performance.now() - startedAt) / 1_000 };
}

function startLocal(id: string, { before, after }: LocalWork) {
  const args: [LocalWork & { id: string }] = [{ id, before, after }];
  return client.workflow.start(localWrites, { workflowId: id, taskQueue, requestEagerStart: true, args });
}

async function untilWritten(count: number): Promise<void> {
  const isWritten = async () => {
    const { rows } = await pool.query('select count(*)::int as count from bare_writes where key like $1', [
      `local-${round}-%`,
    ]);
    return rows[0].count >= count;
  };
  await until(`${count} bare writes`, isWritten, { everyMs: 20, withinMs: 120_000 });
}

/** How many events the bare workflow needs for as many local activities. */
async function eventsOfLocal(work: LocalWork): Promise<number> {
  await completeLocally({ ...work, count: 1, atOnce: 1 });
  const id = idOf(0);
  await client.workflow.getHandle(id).result();
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
