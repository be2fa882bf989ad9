// Hands incidents to Temporal: a new one is started with its first alerts, a running one is told of further alerts.
// Safe to repeat at every point: the workflow's id is the incident's, and it drops positions that it has seen.

import { type Client, WorkflowNotFoundError } from '@temporalio/client';
import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import { alertsSignal, type DeliveredCommand, type IncidentInput } from '../../contract/messages.ts';
import { incidentWorkflowId, maxNotesPerSignal, queues, workflowTypes } from '../../contract/names.ts';
import { serviceAttribute, severityAttribute, statusAttribute } from '../../contract/search-attributes.ts';
import type { AlertNote } from '../../core/incident/notes.ts';
import type { IncidentState } from '../../core/incident/state.ts';
import { hasEnded } from '../../core/incident/status.ts';
import { severities } from '../../core/severity.ts';
import { atSite } from '../../fault-sites.ts';
import type { Store } from '../../store/database.ts';
import { type Backlog, readUnfinished, rewindDelivered, type Told, type Unfinished } from '../../store/dispatch.ts';

export interface DispatchDeps {
  store: Store;
  client: Client;
  /** True when a worker of the same process shares the client's connection: the first task then comes with the start. */
  eager: boolean;
}

/** Resolves when Temporal has taken the notes. Throws what Temporal says. */
export async function tellIncident(
  deps: DispatchDeps,
  { source, opened, service, deliveredThrough, notes }: Backlog,
): Promise<Told> {
  await atSite('dispatch.before-start');
  const { incidentId } = opened;
  const told = { incidentId, from: deliveredThrough, through: notes.at(-1)?.position ?? deliveredThrough };
  if (deliveredThrough === 0 && (await startIncident(deps, { opened, notes }, { service, source }))) return told;
  if (await signalIncident(deps, incidentId, notes)) return told;
  return restartIncident(deps, incidentId, []);
}

/** False when it runs already: another dispatcher, or an earlier life of this one, came first. */
async function startIncident(
  { client, eager }: DispatchDeps,
  input: IncidentInput,
  { service, source }: { service: string | null; source?: string },
  workflowIdReusePolicy: 'REJECT_DUPLICATE' | 'ALLOW_DUPLICATE' = 'REJECT_DUPLICATE',
): Promise<boolean> {
  const { opened, carried } = input;
  try {
    await client.workflow.start(workflowTypes.incident, {
      workflowId: incidentWorkflowId(opened.incidentId),
      taskQueue: queues.incident,
      workflowIdConflictPolicy: 'FAIL',
      workflowIdReusePolicy,
      args: [input],
      requestEagerStart: eager,
      // Where the server knows it: what is worse first, and sources take turns.
      priority: {
        priorityKey: severities.indexOf(opened.severity) + 1,
        ...(source !== undefined && { fairnessKey: source.slice(0, 64) }),
      },
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

/** False when it does not run. */
async function signalIncident({ client }: DispatchDeps, incidentId: string, notes: AlertNote[]): Promise<boolean> {
  try {
    await client.workflow.getHandle(incidentWorkflowId(incidentId)).signal(alertsSignal, notes);
    return true;
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return false;
    throw error;
  }
}

/**
 * Starts the workflow of an incident again from its last journaled state, with all alert events that the state has not
 * seen: it was terminated or its server lost it, or it has ended and `waiting` reopens it. One that has ended, and that
 * nobody reopens, has seen all that there is. Throws when someone else was faster; then it runs.
 */
export async function restartIncident(
  deps: DispatchDeps,
  incidentId: string,
  waiting: DeliveredCommand[],
): Promise<Told> {
  const found = await readUnfinished(deps.store, incidentId, maxNotesPerSignal);
  if (!found) throw new Error(`Incident ${incidentId} is not in the store`);
  const { opened, service, state, notes } = found;
  const seen = state?.seenThrough ?? 0;
  if (hasEnded(found.status) && waiting.length === 0) return { incidentId, from: 0, through: seen };
  const through = notes.at(-1)?.position ?? seen;
  await rewindDelivered(deps.store, incidentId, through);
  const carried = state && { state: withCounts(state, found), early: [], waiting };
  if (!(await startIncident(deps, { opened, notes, ...(carried && { carried }) }, { service }, 'ALLOW_DUPLICATE'))) {
    throw new Error(`Incident ${incidentId} was started by another dispatcher meanwhile`);
  }
  return { incidentId, from: 0, through };
}

/** What fires or resolves while nobody is there to be told is only counted. */
function withCounts(state: IncidentState, { firingCount, lastPosition }: Unfinished): IncidentState {
  return state.seenThrough === lastPosition ? { ...state, firing: firingCount } : state;
}
