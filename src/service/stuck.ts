// Looks for workflows that stand still: their tasks fail or time out again and again. Nothing tells it otherwise, as a task
// that fails is no event that a person would see. Says so where people look; what times out may be the worker's fault,
// and another worker is tried for it.

import { type Client, ServiceError } from '@temporalio/client';
import type { Store } from '../store/database.ts';
import { recordStuck, type StuckWorkflow } from '../store/stuck.ts';
import type { Logger } from './logger.ts';
import { type Periodic, periodically } from './periodic.ts';

const everyMs = 15_000;
/** Another worker that does not help either is no reason to lose what its workflows have in memory all the time. */
const betweenRestartsMs = 3 * 60_000;

/** Set by Temporal after a few attempts; its server of 2025 and later. Two values: a category and a cause. */
const attribute = 'TemporalReportedProblems';
const query = `ExecutionStatus = 'Running' AND ${attribute} IS NOT NULL`;
const timedOut = 'category=WorkflowTaskTimedOut';
/**
 * Also what a worker says that mixes up what it has in memory: under load, sdk-core gives a run that it has read anew the
 * result of a local activity of before ("Missing associated machine for LocalActivity"), and then lets its tasks lie.
 */
const nonDeterministic = 'WorkflowTaskFailedCauseNonDeterministicError';
/** gRPC: the server does not know the attribute. */
const invalidArgument = 3;

export interface StuckOptions {
  store: Store;
  client: Client;
  log: Logger;
  restartWorker: () => void;
}

export function watchStuck(options: StuckOptions): Periodic {
  const restarts = new Restarts(options.restartWorker);
  let isKnown = true;
  return periodically('Looking for stuck workflows', everyMs, options.log, async () => {
    if (!isKnown) return;
    const stuck = await stuckWorkflows(options.client);
    if (stuck === undefined) {
      isKnown = false;
      options.log.warn(`This Temporal does not know ${attribute}: workflows that stand still are not found`);
      return;
    }
    await report(options, stuck);
    restarts.consider(stuck, Date.now());
  });
}

async function report({ store, log }: StuckOptions, stuck: readonly StuckWorkflow[]): Promise<void> {
  for (const { workflowId, problem, cause } of await recordStuck(store, stuck, new Date().toISOString())) {
    log.error({ workflowId, problem, cause }, 'A workflow stands still: Temporal tries its task again and again');
  }
}

/** Undefined when the server does not report any. */
export async function stuckWorkflows(client: Client): Promise<StuckWorkflow[] | undefined> {
  const stuck: StuckWorkflow[] = [];
  try {
    for await (const { workflowId, searchAttributes } of client.workflow.list({ query })) {
      const told = (searchAttributes[attribute] ?? []).map(String);
      const cause = told.find((one) => one.startsWith('cause='))?.slice('cause='.length) ?? told.join(', ');
      stuck.push({ workflowId, cause, problem: told.includes(timedOut) ? 'timing_out' : 'failing' });
    }
  } catch (error) {
    if (codeOf(error) === invalidArgument) return undefined;
    throw error;
  }
  return stuck;
}

const codeOf = (error: unknown): unknown =>
  error instanceof ServiceError ? (error.cause as { code?: number } | undefined)?.code : undefined;

/** When another worker is tried: for what may be a worker's fault and lasts for two looks in a row, and not too often. */
export class Restarts {
  readonly #restart: () => void;
  #seen = new Set<string>();
  #lastMs = Number.NEGATIVE_INFINITY;

  constructor(restart: () => void) {
    this.#restart = restart;
  }

  consider(stuck: readonly StuckWorkflow[], nowMs: number): void {
    const workersFault = stuck.filter(({ problem, cause }) => problem === 'timing_out' || cause === nonDeterministic);
    const isLasting = workersFault.some(({ workflowId }) => this.#seen.has(workflowId));
    this.#seen = new Set(workersFault.map(({ workflowId }) => workflowId));
    if (!isLasting || nowMs - this.#lastMs < betweenRestartsMs) return;
    this.#lastMs = nowMs;
    this.#restart();
  }
}
