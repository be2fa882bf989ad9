// A containment whose workflow was lost is given a new one that goes on from its row: applied and held by nobody is the
// worst that a containment can be.

import type { Client } from '@temporalio/client';
import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import { type ContainmentInput, liftSignal } from '../../contract/messages.ts';
import { containmentWorkflowId, queues, workflowTypes } from '../../contract/names.ts';
import { firebreak } from '../../core/incident/events.ts';
import type { readContainment } from '../../store/containments-read.ts';

type ContainmentRow = NonNullable<Awaited<ReturnType<typeof readContainment>>>;

const undoAttempts = 20;

/** Does nothing when it is held after all. What was being undone is undone, whenever its time would be up. */
export async function holdAgain(client: Client, row: ContainmentRow): Promise<void> {
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
    undoAttempts,
  };
  const options = {
    workflowId: containmentWorkflowId(input.containmentId),
    taskQueue: queues.incident,
    args: [input],
    staticSummary: `Hold: ${input.title}`.slice(0, 180),
  };
  try {
    if (row.status === 'undoing' || row.status === 'undo_failed') {
      const lift = { actor: firebreak, reason: 'undoing it was cut short' };
      await client.workflow.signalWithStart(workflowTypes.containment, {
        ...options,
        signal: liftSignal,
        signalArgs: [lift],
      });
    } else await client.workflow.start(workflowTypes.containment, options);
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
  }
}
