// Finds what is applied but held by nobody: a containment whose workflow is gone is given a new one. Applied and
// forgotten is the worst that a containment can be.

import { type Client, WorkflowNotFoundError } from '@temporalio/client';
import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import type { ContainmentInput } from '../contract/messages.ts';
import { containmentWorkflowId, queues, workflowTypes } from '../contract/names.ts';
import { activeContainments } from '../store/containments.ts';
import type { Store } from '../store/database.ts';
import type { Logger } from './logger.ts';
import { type Periodic, periodically } from './periodic.ts';

type Containment = Awaited<ReturnType<typeof activeContainments>>[number];

const everyMs = 30_000;
const atOnce = 200;
/** An incident that has just applied something is about to start the workflow itself. */
const ownersTurnMs = 60_000;

export function startSweeper(store: Store, client: Client, log: Logger): Periodic {
  return periodically('Sweeper', everyMs, log, () => sweep(store, client, log, new Date()));
}

export async function sweep(store: Store, client: Client, log: Logger, now: Date): Promise<void> {
  for (const containment of await activeContainments(store, atOnce)) {
    const isOwnersTurn = now.getTime() - containment.updated_at.getTime() < ownersTurnMs;
    if (isOwnersTurn || (await isHeld(client, containment.containment_id))) continue;
    log.warn({ containmentId: containment.containment_id }, 'Applied but held by nobody: holding it again');
    await hold(client, containment);
  }
}

async function isHeld(client: Client, containmentId: string): Promise<boolean> {
  try {
    const { status } = await client.workflow.getHandle(containmentWorkflowId(containmentId)).describe();
    return status.name === 'RUNNING';
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return false;
    throw error;
  }
}

async function hold(client: Client, row: Containment): Promise<void> {
  const input: ContainmentInput = {
    containmentId: row.containment_id,
    incidentId: row.incident_id,
    stepId: row.step_id,
    key: row.key,
    action: row.action,
    title: row.title,
    target: row.target,
    params: row.params,
    mode: row.mode,
    evidence: row.evidence,
    expiresAt: row.expires_at.toISOString(),
    undoAttempts: 20,
  };
  try {
    await client.workflow.start(workflowTypes.containment, {
      workflowId: containmentWorkflowId(input.containmentId),
      taskQueue: queues.incident,
      args: [input],
      staticSummary: `Hold: ${input.title}`.slice(0, 180),
    });
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
  }
}
