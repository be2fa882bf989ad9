// Handing an applied containment to the child workflow that holds it, and outlives this incident if it must.

import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import { ParentClosePolicy, startChild, WorkflowIdReusePolicy } from '@temporalio/workflow';
import type { ApplyInput } from '../../src/contract/activities.ts';
import type { ContainmentEnd, ContainmentInput } from '../../src/contract/messages.ts';
import { containmentWorkflowId } from '../../src/contract/names.ts';
import { serviceAttribute, severityAttribute, statusAttribute } from '../../src/contract/search-attributes.ts';
import type { ActionOutcome } from '../../src/core/action-outcome.ts';
import { attemptId, containmentIdOf, stepKey } from '../../src/core/ids.ts';
import type { PlannedStep } from '../../src/core/incident/plan.ts';
import { containmentWorkflow } from '../containment.ts';
import type { Incident } from './incident.ts';

const undoAttempts = 20;

export function applyInputOf(incident: Incident, step: PlannedStep, approvalId: string | null): ApplyInput {
  const attempt = incident.state.steps[step.id]?.attempt ?? 1;
  const isHeld = step.kind === 'containment' && step.holdMs !== null;
  // From its first start, so that a run which begins it again does not lengthen the hold.
  const startedMs = Date.parse(incident.state.steps[step.id]?.startedAt ?? new Date().toISOString());
  return {
    incidentId: incident.id,
    step,
    attempt,
    planDigest: incident.state.plan?.planDigest ?? '',
    approvalId,
    requestedBy: step.requestedBy,
    containmentId: isHeld ? containmentIdOf(incident.id, attemptId(step.id, attempt)) : null,
    expiresAt: isHeld ? new Date(startedMs + (step.holdMs ?? 0)).toISOString() : null,
  };
}

/** Does nothing for steps that are not containments. */
export async function holdFrom(
  incident: Incident,
  step: PlannedStep,
  outcome: ActionOutcome,
  expiresAt: string | null,
): Promise<void> {
  if (step.kind !== 'containment' || expiresAt === null) return;
  const effectId = attemptId(step.id, incident.state.steps[step.id]?.attempt);
  const input: ContainmentInput = {
    containmentId: containmentIdOf(incident.id, effectId),
    incidentId: incident.id,
    stepId: step.id,
    key: stepKey(incident.id, effectId),
    action: step.action,
    title: step.title,
    target: step.target,
    params: step.params,
    mode: step.mode,
    evidence: 'evidence' in outcome ? (outcome.evidence ?? null) : null,
    expiresAt,
    undoAttempts,
  };
  await startOnce(incident, input);
}

async function startOnce(incident: Incident, input: ContainmentInput): Promise<void> {
  try {
    const child = await startChild(containmentWorkflow, {
      workflowId: containmentWorkflowId(input.containmentId),
      workflowIdReusePolicy: WorkflowIdReusePolicy.REJECT_DUPLICATE,
      parentClosePolicy: ParentClosePolicy.ABANDON,
      args: [input],
      staticSummary: `Hold: ${input.title}`.slice(0, 180),
      typedSearchAttributes: [
        { key: statusAttribute, value: 'held' },
        { key: severityAttribute, value: incident.state.severity },
        { key: serviceAttribute, value: incident.state.plan?.service ?? 'none' },
      ],
    });
    incident.heldByChild.add(input.stepId);
    void untilEnded(incident, input, child.result());
  } catch (error) {
    // It is held already: by the sweeper, which found it applied and held by nobody.
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
  }
}

/** The end of a containment is a fact of its incident too, while that runs. */
async function untilEnded(
  incident: Incident,
  { stepId, title }: ContainmentInput,
  result: Promise<ContainmentEnd>,
): Promise<void> {
  try {
    const { outcome } = await result;
    incident.containmentEnds.push({ type: 'step_undone', stepId, title, outcome });
  } catch {
    // Someone terminated it; the sweeper finds that nobody holds it and starts it again.
  }
  incident.heldByChild.delete(stepId);
}
