// Runs incidents on the time-skipping server: a server for each test, because this one stops skipping once a child
// outlives its parent.

import type { WorkflowHandleWithFirstExecutionRunId } from '@temporalio/client';
import { msToTs } from '@temporalio/common/lib/time.js';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { afterEach, beforeEach } from 'vitest';
import { commandUpdate, type IncidentInput } from '../../src/contract/messages.ts';
import { incidentWorkflowId, queues } from '../../src/contract/names.ts';
import type { IncidentCommand } from '../../src/core/incident/commands.ts';
import { activitiesFor } from '../../src/plan-test/activities.ts';
import { incidentWorkflow } from '../../workflows/index.ts';
import { recordHistories } from '../replay/record.ts';
import { startTimeSkipping, type TimeSkipping } from '../support/time-skipping.ts';
import { incidentInput, type World } from './world.ts';

export type Handle = WorkflowHandleWithFirstExecutionRunId<typeof incidentWorkflow>;

const worlds = new Map<string, World>();
let server: TimeSkipping;

export const environment = (): TestWorkflowEnvironment => server.environment;

export function useStage(): void {
  beforeEach(async () => {
    server = await startTimeSkipping(activitiesFor(worlds));
  });
  afterEach(() => server.close());
}

/** @param more instead of what an incident with its first alert begins with */
export async function run(
  world: World,
  act: (handle: Handle, incidentId: string) => Promise<void>,
  more: Partial<IncidentInput> = {},
): Promise<string> {
  const incidentId = `t${worlds.size + 1}`;
  worlds.set(incidentId, world);
  const handle = await environment().client.workflow.start(incidentWorkflow, {
    workflowId: incidentWorkflowId(incidentId),
    taskQueue: queues.incident,
    args: [{ ...incidentInput(incidentId, await environment().currentTimeMs()), ...more }],
  });
  const status = await reminded(async () => {
    await act(handle, incidentId);
    return (await handle.result()).status;
  });
  await recordHistories(environment().client, handle, world.containments);
  return status;
}

const remindEveryMs = 50;

/** The server forgets now and then to look at its timers, and would wait in our time: see src/embedded/test-server.ts. */
async function reminded<Value>(work: () => Promise<Value>): Promise<Value> {
  const { testService } = environment().connection;
  const remind = setInterval(() => testService?.sleep({ duration: msToTs(0) }).catch(() => {}), remindEveryMs);
  try {
    return await work();
  } finally {
    clearInterval(remind);
  }
}

let commands = 0;
const nextId = () => {
  commands += 1;
  return commands;
};

export async function command(handle: Handle, given: IncidentCommand, commandId = `c${nextId()}`, actor = 'key:ana') {
  const at = new Date().toISOString();
  return handle.executeUpdate(commandUpdate, { updateId: commandId, args: [{ commandId, actor, at, command: given }] });
}

export async function until(predicate: () => boolean, what: string): Promise<void> {
  for (const deadline = Date.now() + 25_000; Date.now() < deadline; ) {
    if (predicate()) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`Still waiting for: ${what}`);
}

export async function untilNewRun(handle: Handle): Promise<void> {
  const latest = environment().client.workflow.getHandle(handle.workflowId);
  for (let tries = 0; tries < 100; tries += 1) {
    if ((await latest.describe()).runId !== handle.firstExecutionRunId) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('It did not continue as new');
}
