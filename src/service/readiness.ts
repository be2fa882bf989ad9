// Whether an alert would be handled now: the store answers, Temporal answers, and a worker looks for incidents.

import type { Client } from '@temporalio/client';
import { sql } from 'kysely';
import type { Readiness } from '../contract/api/index.ts';
import { queues } from '../contract/names.ts';
import type { Store } from '../store/database.ts';
import { backlogSize } from '../store/dispatch.ts';

type Check = Readiness['checks'][string];

const answerWithinMs = 3_000;
/** A worker polls every minute at least. */
const pollerSeenWithinMs = 120_000;
/** TASK_QUEUE_TYPE_WORKFLOW of temporal.api.enums.v1. */
const workflowTasks = 1;

export async function readinessOf(store: Store, client: Client, namespace: string): Promise<Readiness> {
  const [postgres, temporal, backlog] = await Promise.all([
    checked(() => askStore(store)),
    checked(() => askTemporal(client, namespace)),
    checked(() => askBacklog(store)),
  ]);
  return { ready: postgres.ok && temporal.ok, checks: { postgres, temporal, backlog } };
}

async function checked(ask: () => Promise<Check>): Promise<Check> {
  try {
    return await ask();
  } catch (error) {
    return { ok: false, detail: error instanceof Error ? error.message : String(error) };
  }
}

async function askStore(store: Store): Promise<Check> {
  await sql`select 1`.execute(store);
  return { ok: true, detail: 'answers' };
}

async function askTemporal(client: Client, namespace: string): Promise<Check> {
  const request = { namespace, taskQueue: { name: queues.incident }, taskQueueType: workflowTasks };
  const { pollers } = await client.withDeadline(Date.now() + answerWithinMs, () =>
    client.workflowService.describeTaskQueue(request),
  );
  const latest = (pollers ?? []).map((poller) => Number(poller.lastAccessTime?.seconds ?? 0) * 1_000);
  const isPolled = latest.some((atMs) => Date.now() - atMs < pollerSeenWithinMs);
  return isPolled
    ? { ok: true, detail: 'answers, and a worker looks for incidents' }
    : {
        ok: false,
        detail: `answers, but no worker looks at queue ${queues.incident}: start firebreak worker --queue incident`,
      };
}

/** Never a reason not to be ready: what waits is safe. */
async function askBacklog(store: Store): Promise<Check> {
  const { incidents, oldestMs } = await backlogSize(store);
  const detail =
    incidents === 0
      ? 'empty'
      : `${incidents} incidents wait to be told, the oldest for ${Math.round(oldestMs / 1_000)} s`;
  return { ok: true, detail };
}
