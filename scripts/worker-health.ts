// `node scripts/worker-health.ts <queue>`: exits 0 when the worker in this container asked Temporal for work lately. A
// process that runs but polls no more is not healthy, and Temporal is the one that knows.

import { hostname } from 'node:os';
import { Connection } from '@temporalio/client';
import { readConfig } from '../src/config.ts';
import { queues } from '../src/contract/names.ts';

/** A poll lasts a minute at most, and Temporal forgets pollers after five. */
const lateAfterMs = 120_000;
const callTimeoutMs = 5_000;
const activityTasks = 2;

const { temporal } = readConfig();
const queue = Object.values(queues).find((name) => name === process.argv[2]);
if (queue === undefined) throw new Error(`Name a queue: ${Object.values(queues).join(', ')}.`);

const connection = await Connection.connect({
  address: temporal.address ?? '127.0.0.1:7233',
  connectTimeout: callTimeoutMs,
});
const { pollers } = await connection.withDeadline(Date.now() + callTimeoutMs, () =>
  connection.workflowService.describeTaskQueue({
    namespace: temporal.namespace,
    taskQueue: { name: queue },
    taskQueueType: activityTasks,
  }),
);
await connection.close();

// The SDK names a worker `<process>@<host>`.
const isAsking = (pollers ?? []).some(({ identity, lastAccessTime }) => {
  const askedAtMs = Number(lastAccessTime?.seconds ?? 0) * 1_000;
  return identity?.endsWith(`@${hostname()}`) && Date.now() - askedAtMs < lateAfterMs;
});
if (!isAsking) console.error(`No worker of ${hostname()} has asked for work of ${queue} within ${lateAfterMs} ms.`);
process.exitCode = isAsking ? 0 : 1;
