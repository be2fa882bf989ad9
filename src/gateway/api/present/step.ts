// A planned step with its progress, as the API shows it.

import type { Step } from '../../../contract/api/incidents.ts';
import { assertNever } from '../../../core/assert-never.ts';
import type { StepOutcome } from '../../../core/incident/events.ts';
import { everyNode, type FlowNode } from '../../../core/incident/flow.ts';
import type { PlannedStep } from '../../../core/incident/plan.ts';
import type { IncidentState, StepPhase, StepProgress } from '../../../core/incident/state.ts';

/** Actions in the order in which they run: the plan's by phase, then those that people added. */
export function presentSteps(state: IncidentState): Step[] {
  return phasesOf(state).flatMap(([phase, nodes]) =>
    everyNode(nodes, state.late)
      .filter((node) => node.type === 'action')
      .map((step) => presentStep(phase, step, state.steps[step.id] ?? {})),
  );
}

export function phasesOf({ plan, added }: IncidentState): [StepPhase, readonly FlowNode[]][] {
  return [
    ['contain', plan?.contain ?? []],
    ['verify', plan?.verify ?? []],
    ['recover', plan?.recover ?? []],
    ['added', added],
  ];
}

function presentStep(phase: StepPhase, step: PlannedStep, progress: StepProgress): Step {
  const { id, title, action, target, params, kind, mode, level, reversible, holdMs } = step;
  return {
    ...{ id, phase, title, action, target, params, kind, mode, level, reversible, holdMs },
    ...standing(step, progress),
    startedAt: progress.startedAt ?? null,
    approvalId: progress.approval?.id ?? null,
  };
}

type Standing = Pick<Step, 'status' | 'detail' | 'code'>;

export function standing(
  step: Pick<FlowNode, 'skip'>,
  { startedAt, approval, outcome, undone }: StepProgress,
): Standing {
  if (undone?.state === 'undone') return { status: 'undone', detail: undone.detail, code: null };
  if (outcome) {
    const ended = endedStanding(outcome);
    if (!undone) return ended;
    if (undone.state === 'simulated') return { ...ended, detail: `${ended.detail}. ${undone.detail}` };
    return { ...ended, detail: `${ended.detail}. Not undone: ${undone.detail}`, code: undone.state };
  }
  if (approval && !approval.ended) {
    return { status: 'waiting_for_approval', detail: `Waits for approval until ${approval.expiresAt}`, code: null };
  }
  if (startedAt) return { status: 'running', detail: null, code: null };
  if (step.skip) return { status: 'skipped', detail: step.skip.reason, code: step.skip.code };
  return { status: 'planned', detail: null, code: null };
}

function endedStanding(outcome: StepOutcome): Standing {
  switch (outcome.result) {
    case 'done':
    case 'failed':
    case 'unknown':
      return {
        status: outcome.result,
        detail: outcome.outcome.detail,
        code: 'failure' in outcome.outcome ? outcome.outcome.failure.code : null,
      };
    case 'refused':
      return { status: 'refused', detail: outcome.reason, code: outcome.code };
    case 'skipped':
      return {
        status: outcome.code === 'suggested' ? 'suggested' : 'skipped',
        detail: outcome.reason,
        code: outcome.code,
      };
    default:
      return assertNever(outcome);
  }
}
