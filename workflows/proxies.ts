// Every timeout and retry of every activity, in one table, with the reason beside each.

import { TemporalFailure } from '@temporalio/common';
import {
  type ActivityOptions,
  isCancellation,
  type LocalActivityOptions,
  proxyActivities,
  proxyLocalActivities,
} from '@temporalio/workflow';
import type { ContainmentActivities, NotifyActivities, StoreActivities } from '../src/contract/activities.ts';
import { queues } from '../src/contract/names.ts';
import type { PlannedStep } from '../src/core/incident/plan.ts';

/** How soon the work of a dead worker is taken up by another: an attack goes on meanwhile, and nobody is told. */
const heartbeatTimeout = '10s';

/**
 * Our own Postgres, as local activities: one marker instead of six events. Tried once and briefly: one that outlived its
 * workflow task would be replayed in another order against whatever arrived meanwhile.
 */
const storeOptions: LocalActivityOptions = {
  scheduleToCloseTimeout: '3s',
  retry: { maximumAttempts: 1 },
};

/** When that failed: for as long as the database is away. An incident waits rather than going on unrecorded. */
const patientStoreOptions: ActivityOptions = {
  // Also how soon another worker takes up what a dead one had.
  startToCloseTimeout: '10s',
  scheduleToCloseTimeout: '30d',
  retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '30s' },
};

const notifyOptions: ActivityOptions = {
  taskQueue: queues.notify,
  startToCloseTimeout: '30s',
  heartbeatTimeout,
  // A vendor that is down for hours is what the other levels of the escalation are for.
  scheduleToCloseTimeout: '2h',
  retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '5m' },
};

/** Also the bound of a whole hold: undoing is tried for days, because what stays applied hurts. */
const undoOptions: ActivityOptions = {
  taskQueue: queues.containment,
  startToCloseTimeout: '10m',
  heartbeatTimeout,
  scheduleToCloseTimeout: '3d',
  retry: { initialInterval: '2s', backoffCoefficient: 2, maximumInterval: '10m' },
};

/** Every write is keyed, so that the second way may repeat what the first one did without being told of it. */
export async function inStore<T>(summary: string, use: (store: StoreActivities) => Promise<T>): Promise<T> {
  try {
    return await use(proxyLocalActivities<StoreActivities>({ ...storeOptions, summary }));
  } catch (error) {
    // Not only ActivityFailure: on replay a local activity that timed out fails with the bare TimeoutFailure.
    if (!(error instanceof TemporalFailure) || isCancellation(error)) throw error;
    return use(proxyActivities<StoreActivities>({ ...patientStoreOptions, summary }));
  }
}

/** @param timeoutMs shorter than a vendor is waited for otherwise */
export const notifier = (summary: string, timeoutMs: number | null = null) =>
  proxyActivities<NotifyActivities>({
    ...notifyOptions,
    ...(timeoutMs !== null && { scheduleToCloseTimeout: timeoutMs }),
    summary,
  });

export const undoer = (summary: string) => proxyActivities<ContainmentActivities>({ ...undoOptions, summary });

/** Briefly: whoever asked sees what came of it, and can ask again. */
export const extender = (summary: string) =>
  proxyActivities<ContainmentActivities>({ ...undoOptions, scheduleToCloseTimeout: '10m', summary });

/**
 * Retrying is safe whatever the action: every attempt first looks for the intent of an earlier one and reads the world
 * back. The bound covers a containment worker that is away for a while; after it, a person is asked.
 */
export const containment = (step: PlannedStep) =>
  proxyActivities<ContainmentActivities>({
    taskQueue: queues.containment,
    summary: `${step.mode === 'simulate' ? 'Simulate: ' : ''}${step.title}`.slice(0, 180),
    // Beside the action: an attempt waits that long for a database that is away, lest it forget what it did.
    startToCloseTimeout: step.timeoutMs + 6 * 60_000,
    heartbeatTimeout,
    scheduleToCloseTimeout: Math.max(step.timeoutMs * 4, 3_600_000),
    retry: { initialInterval: '500ms', backoffCoefficient: 2, maximumInterval: '1m' },
  });
