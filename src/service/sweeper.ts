// Finds what is applied but held by nobody: a containment whose workflow is gone is given a new one. Applied and
// forgotten is the worst that a containment can be.

import { type Client, WorkflowNotFoundError } from '@temporalio/client';
import { containmentWorkflowId, incidentWorkflowId, workflowTypes } from '../contract/names.ts';
import { holdAgain } from '../gateway/dispatch/containments.ts';
import { containmentsToHold } from '../store/containments.ts';
import { readContainment } from '../store/containments-read.ts';
import type { Store } from '../store/database.ts';
import type { Logger } from './logger.ts';
import { type Periodic, periodically } from './periodic.ts';

const everyMs = 30_000;
/** An incident that has just applied something is about to start the workflow itself. */
const ownersTurnMs = 60_000;

export function startSweeper(store: Store, client: Client, log: Logger): Periodic {
  return periodically('Sweeper', everyMs, log, () => sweep(store, client, log, new Date()));
}

export async function sweep(store: Store, client: Client, log: Logger, now: Date): Promise<void> {
  const active = await containmentsToHold(store, new Date(now.getTime() - ownersTurnMs));
  if (active.length === 0) return;
  const held = await heldNow(client);
  for (const { containment_id: id, incident_id: incidentId, status } of active) {
    // The list may lag behind; what it lacks is asked for by name.
    if (held.has(id) || (await isRunning(client, containmentWorkflowId(id)))) continue;
    // While its incident runs, that is still trying to apply it.
    if (status === 'applying' && (await isRunning(client, incidentWorkflowId(incidentId)))) continue;
    const row = await readContainment(store, id);
    if (!row) continue;
    log.warn({ containmentId: id }, 'Applied but held by nobody: holding it again');
    await holdAgain(client, row);
  }
}

/** One page for a thousand, where asking for each would cost as many calls. */
async function heldNow(client: Client): Promise<Set<string>> {
  const held = new Set<string>();
  const query = `WorkflowType = '${workflowTypes.containment}' AND ExecutionStatus = 'Running'`;
  const prefix = containmentWorkflowId('').length;
  for await (const { workflowId } of client.workflow.list({ query, pageSize: 1_000 }))
    held.add(workflowId.slice(prefix));
  return held;
}

async function isRunning(client: Client, workflowId: string): Promise<boolean> {
  try {
    return (await client.workflow.getHandle(workflowId).describe()).status.name === 'RUNNING';
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return false;
    throw error;
  }
}
