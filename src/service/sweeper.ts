// Finds what nobody looks after: a containment that is applied and held by no workflow is given a new one, and so is an
// open incident that Temporal does not know any more. Applied and forgotten is the worst that a containment can be.

import { type Client, WorkflowNotFoundError } from '@temporalio/client';
import { containmentWorkflowId, incidentWorkflowId, workflowTypes } from '../contract/names.ts';
import { holdAgain } from '../gateway/dispatch/containments.ts';
import { restartIncident } from '../gateway/dispatch/incidents.ts';
import { containmentsToHold } from '../store/containments.ts';
import { readContainment } from '../store/containments-read.ts';
import type { Store } from '../store/database.ts';
import { incidentsToRun } from '../store/dispatch.ts';
import type { Logger } from './logger.ts';
import { type Periodic, periodically } from './periodic.ts';

const everyMs = 30_000;
/** An incident that has just applied something, or a dispatcher that has just stored one, is about to start the workflow. */
const ownersTurnMs = 60_000;

export function startSweeper(store: Store, client: Client, log: Logger): Periodic {
  return periodically('Sweeper', everyMs, log, () => sweep(store, client, log, new Date()));
}

export async function sweep(store: Store, client: Client, log: Logger, now: Date): Promise<void> {
  const before = new Date(now.getTime() - ownersTurnMs);
  await sweepContainments(store, client, log, before);
  await sweepIncidents(store, client, log, before);
}

async function sweepContainments(store: Store, client: Client, log: Logger, before: Date): Promise<void> {
  const active = await containmentsToHold(store, before);
  if (active.length === 0) return;
  const held = await runningNow(client, workflowTypes.containment);
  for (const { containment_id: id, incident_id: incidentId, status } of active) {
    const workflowId = containmentWorkflowId(id);
    // The list may lag behind; what it lacks is asked for by name.
    if (held.has(workflowId) || (await isRunning(client, workflowId))) continue;
    // While its incident runs, that is still trying to apply it.
    if (status === 'applying' && (await isRunning(client, incidentWorkflowId(incidentId)))) continue;
    const row = await readContainment(store, id);
    if (!row) continue;
    log.warn({ containmentId: id }, 'Applied but held by nobody: holding it again');
    await holdAgain(client, row);
  }
}

/** One whose alerts wait to be told is the dispatcher's, which starts it too. */
async function sweepIncidents(store: Store, client: Client, log: Logger, before: Date): Promise<void> {
  const open = await incidentsToRun(store, before);
  if (open.length === 0) return;
  const running = await runningNow(client, workflowTypes.incident);
  for (const incidentId of open) {
    const workflowId = incidentWorkflowId(incidentId);
    if (running.has(workflowId) || (await isRunning(client, workflowId))) continue;
    log.warn({ incidentId }, 'Open, and Temporal does not run it: starting it from its last journaled state');
    await restartIncident({ store, client, eager: false }, incidentId, []).catch((error) =>
      log.warn({ err: error, incidentId }, 'It could not be started now; the sweeper will try again'),
    );
  }
}

/** Workflow ids. One page for a thousand, where asking for each would cost as many calls. */
async function runningNow(client: Client, type: string): Promise<Set<string>> {
  const running = new Set<string>();
  const query = `WorkflowType = '${type}' AND ExecutionStatus = 'Running'`;
  for await (const { workflowId } of client.workflow.list({ query, pageSize: 1_000 })) running.add(workflowId);
  return running;
}

async function isRunning(client: Client, workflowId: string): Promise<boolean> {
  try {
    return (await client.workflow.getHandle(workflowId).describe()).status.name === 'RUNNING';
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return false;
    throw error;
  }
}
