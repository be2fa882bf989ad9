// Hands incidents to Temporal: a new one is started with its first alerts, a running one is told of further alerts.
// Safe to repeat at every point: the workflow's id is the incident's, and it drops positions that it has seen.

import { type Client, WorkflowNotFoundError } from '@temporalio/client';
import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import { alertsSignal, type CarriedIncident, type DeliveredCommand } from '../../contract/messages.ts';
import { incidentWorkflowId, queues, workflowTypes } from '../../contract/names.ts';
import { serviceAttribute, severityAttribute, statusAttribute } from '../../contract/search-attributes.ts';
import type { AlertNote } from '../../core/incident/notes.ts';
import type { OpenedIncident } from '../../core/incident/state.ts';
import { atSite } from '../../fault-sites.ts';
import type { Store } from '../../store/database.ts';
import { type Backlog, readForRestart } from '../../store/dispatch.ts';

export interface DispatchDeps {
  store: Store;
  client: Client;
  /** True when a worker of the same process shares the client's connection: the first task then comes with the start. */
  eager: boolean;
}

/** Resolves when Temporal has taken the notes. Throws what Temporal says. */
export async function tellIncident(deps: DispatchDeps, backlog: Backlog): Promise<void> {
  await atSite('dispatch.before-start');
  if (backlog.deliveredThrough === 0 && (await startIncident(deps, backlog.opened, backlog.service, backlog.notes)))
    return;
  await signalOrRestart(deps, backlog);
}

/** False when it runs already: another dispatcher, or an earlier life of this one, came first. */
async function startIncident(
  { client, eager }: DispatchDeps,
  opened: OpenedIncident,
  service: string | null,
  notes: AlertNote[],
  carried?: CarriedIncident,
): Promise<boolean> {
  try {
    await client.workflow.start(workflowTypes.incident, {
      workflowId: incidentWorkflowId(opened.incidentId),
      taskQueue: queues.incident,
      workflowIdConflictPolicy: 'FAIL',
      // A workflow that was lost or has ended is started again only with the state that it had.
      workflowIdReusePolicy: carried ? 'ALLOW_DUPLICATE' : 'REJECT_DUPLICATE',
      args: [{ opened, notes, ...(carried && { carried }) }],
      requestEagerStart: eager,
      staticSummary: `Incident ${opened.incidentId}`,
      typedSearchAttributes: [
        { key: statusAttribute, value: carried?.state.status ?? 'triage' },
        { key: severityAttribute, value: opened.severity },
        { key: serviceAttribute, value: service ?? 'none' },
      ],
    });
    return true;
  } catch (error) {
    if (error instanceof WorkflowExecutionAlreadyStartedError) return false;
    throw error;
  }
}

async function signalOrRestart(deps: DispatchDeps, { opened, notes }: Backlog): Promise<void> {
  try {
    await deps.client.workflow.getHandle(incidentWorkflowId(opened.incidentId)).signal(alertsSignal, notes);
  } catch (error) {
    if (!(error instanceof WorkflowNotFoundError)) throw error;
    await restartIncident(deps, opened.incidentId, notes, []);
  }
}

/**
 * Starts the workflow of an incident again from its last journaled state: it was terminated or its server lost it, or
 * it has ended and `waiting` reopens it. False when someone else was faster.
 */
export async function restartIncident(
  deps: DispatchDeps,
  incidentId: string,
  notes: AlertNote[],
  waiting: DeliveredCommand[],
): Promise<boolean> {
  const row = await readForRestart(deps.store, incidentId);
  if (!row) throw new Error(`Incident ${incidentId} is not in the store`);
  const opened: OpenedIncident = {
    incidentId,
    severity: row.severity,
    title: row.title,
    impactStartedAt: row.impact_started_at.toISOString(),
    detectedAt: row.opened_at.toISOString(),
  };
  const carried = row.state ? { state: row.state, early: [], waiting } : undefined;
  return startIncident(deps, opened, row.service, notes, carried);
}
