import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findTemporalCli } from '../../src/embedded/temporal-binary.ts';
import { type EmbeddedTemporal, startTemporal } from '../../src/embedded/temporal-server.ts';
import { keepWorker } from '../../src/service/kept-worker.ts';
import { until } from '../support/until.ts';

let dir: string;
let temporal: EmbeddedTemporal;
let connection: NativeConnection;
beforeAll(async () => {
  Runtime.install({ logger: new DefaultLogger('ERROR', () => {}) });
  dir = await mkdtemp(join(tmpdir(), 'firebreak-kept-'));
  const executable = await findTemporalCli({ searchPath: process.env.PATH });
  temporal = await startTemporal({ executable, stateDir: dir, survives: 'process-crash' });
  connection = await NativeConnection.connect({ address: temporal.address });
});
afterAll(async () => {
  await connection.close();
  await temporal.stop();
  await rm(dir, { recursive: true });
});

const log = pino({ level: 'silent' });
const activityTasks = 2;

async function pollersOf(taskQueue: string): Promise<string[]> {
  const request = { namespace: 'default', taskQueue: { name: taskQueue }, taskQueueType: activityTasks };
  const { pollers } = await connection.workflowService.describeTaskQueue(request);
  return (pollers ?? []).map(({ identity }) => identity ?? '');
}

/** Each has its number for an identity. `isSpent`: it has run already, so that running it fails. */
function factory(taskQueue: string, isSpent: (number: number) => boolean = () => false) {
  let made = 0;
  const create = async () => {
    made += 1;
    const activities = { nothing: async () => {} };
    const worker = await Worker.create({ connection, taskQueue, identity: `worker-${made}`, activities });
    if (isSpent(made)) await worker.runUntil(Promise.resolve());
    return worker;
  };
  return { create, made: () => made };
}

const looksFor = (taskQueue: string, identity: string) =>
  until(`${identity} to look for work`, async () => (await pollersOf(taskQueue)).includes(identity));

test('another takes the place of a worker that fails', async () => {
  const { create } = factory('fails', (number) => number < 3);
  const kept = await keepWorker({ name: 'fails', create, log, pauseMs: 10 });
  await looksFor('fails', 'worker-3');
  await kept.stop();
  await kept.done;
});

test('a worker that fails however often another takes its place is given up, with its error', async () => {
  const { create, made } = factory('hopeless', () => true);
  const kept = await keepWorker({ name: 'hopeless', create, log, pauseMs: 1 });
  await expect(kept.done).rejects.toThrow('already started');
  expect(made()).toBe(6);
});

test('what the first one needs and has not is said at once', async () => {
  const create = () => Promise.reject(new Error('the targets file is wrong'));
  await expect(keepWorker({ name: 'first', create, log })).rejects.toThrow('the targets file is wrong');
});

test('a worker is replaced when it is asked to be', async () => {
  const { create } = factory('asked');
  const kept = await keepWorker({ name: 'asked', create, log });
  await looksFor('asked', 'worker-1');
  kept.restart();
  await looksFor('asked', 'worker-2');
  await kept.stop();
});

test('stopping waits for no pause', async () => {
  const { create } = factory('pause', () => true);
  const kept = await keepWorker({ name: 'pause', create, log, pauseMs: 600_000 });
  const startedAtMs = Date.now();
  await kept.stop();
  expect(Date.now() - startedAtMs).toBeLessThan(30_000);
});
