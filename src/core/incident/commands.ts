// What people ask of an incident, and whether it is possible now. Pure: the workflow's validators call `refusalOf`
// before a command enters its history, and `factsOf` turns an accepted one into events.

import type { DecisionKind } from '../approval/decision.ts';
import { assertNever } from '../assert-never.ts';
import type { Severity } from '../severity.ts';
import type { IncidentFact } from './events.ts';
import type { PlannedStep } from './plan.ts';
import type { IncidentState } from './state.ts';
import { stepNamed } from './state.ts';
import { type Disposition, hasEnded } from './status.ts';

export type IncidentCommand =
  | { type: 'acknowledge' }
  | { type: 'assign'; to: string }
  | { type: 'note'; text: string }
  | { type: 'severity'; severity: Severity; reason: string }
  | { type: 'resolve'; reason: string }
  | { type: 'dismiss'; disposition: Disposition; reason: string }
  | { type: 'merge'; into: string; reason: string }
  | { type: 'reopen'; reason: string }
  /** The gateway has planned the step: parameters checked, guards asked, target and mode filled in. */
  | { type: 'run_action'; step: PlannedStep }
  /** A person starts a step that the plan only suggests. */
  | { type: 'start_step'; stepId: string }
  /** A person tells what really happened with a step whose outcome is unknown. */
  | { type: 'settle'; stepId: string; happened: boolean; reason: string }
  /** Decisions were stored and signed by the gateway; this only wakes the step that waits for them. */
  | { type: 'decide'; approvalId: string; decision: DecisionKind };

export interface CommandRefusal {
  code: string;
  reason: string;
}

const refuse = (code: string, reason: string): CommandRefusal => ({ code, reason });

/** Why the command makes no sense in this state; undefined when it does. */
export function refusalOf(state: IncidentState, command: IncidentCommand): CommandRefusal | undefined {
  if (hasEnded(state.status) && command.type !== 'reopen') {
    return refuse('incident_ended', `The incident is ${state.status}; reopen it first`);
  }
  switch (command.type) {
    case 'acknowledge':
    case 'assign':
    case 'note':
    case 'severity':
    case 'dismiss':
      return undefined;
    case 'resolve':
      return state.status === 'review'
        ? refuse('already_recovered', 'The incident is resolved and in review')
        : undefined;
    case 'merge':
      return command.into === state.incidentId
        ? refuse('merge_into_itself', 'An incident cannot be merged into itself; name another')
        : undefined;
    case 'reopen':
      if (state.status === 'merged') return refuse('merged', `Its alerts are in incident ${state.mergeInto} now`);
      return hasEnded(state.status) || state.status === 'review'
        ? undefined
        : refuse('not_closed', `The incident is open (${state.status}); there is nothing to reopen`);
    case 'run_action':
      return stepNamed(state, command.step.id)
        ? refuse('step_exists', `Step ${command.step.id} is there already`)
        : undefined;
    case 'start_step':
      return refusalOfStart(state, command.stepId);
    case 'settle':
      return state.steps[command.stepId]?.outcome?.result === 'unknown'
        ? undefined
        : refuse('nothing_to_settle', `The outcome of step ${command.stepId} is not unknown`);
    // Never refused while the incident is open: the decision is in the store already, and this only wakes the step.
    case 'decide':
      return undefined;
    default:
      return assertNever(command);
  }
}

function refusalOfStart(state: IncidentState, stepId: string): CommandRefusal | undefined {
  const step = stepNamed(state, stepId);
  if (!step) return refuse('no_such_step', `There is no step ${stepId}`);
  const skippedAs = state.steps[stepId]?.outcome;
  const isSuggested = skippedAs?.result === 'skipped' && skippedAs.code === 'suggested';
  return isSuggested ? undefined : refuse('not_suggested', `Step ${stepId} is not waiting to be started by a person`);
}

/** The facts that an accepted command is. Empty for those that only wake something: decide. */
export function factsOf(state: IncidentState, command: IncidentCommand): IncidentFact[] {
  switch (command.type) {
    case 'acknowledge':
      return state.times.acknowledgedAt ? [] : [{ type: 'acknowledged' }];
    case 'assign':
      return [{ type: 'assigned', to: command.to }];
    case 'note':
      return [{ type: 'noted', text: command.text }];
    case 'severity':
      return [{ type: 'severity_changed', severity: command.severity, reason: command.reason }];
    case 'resolve':
      return [...noteOf(command.reason), { type: 'recovered', how: 'resolved_by_person' }];
    case 'dismiss':
      return [{ type: 'ended', disposition: command.disposition, reason: command.reason }];
    case 'merge':
      return [{ type: 'merge_requested', into: command.into, reason: command.reason }];
    case 'reopen':
      return [{ type: 'reopened', reason: command.reason }];
    case 'run_action':
      return [{ type: 'step_added', step: command.step }];
    case 'start_step':
      return startedByPerson(state, command.stepId);
    case 'settle':
      return settled(state, command);
    case 'decide':
      return [];
    default:
      return assertNever(command);
  }
}

function startedByPerson(state: IncidentState, stepId: string): IncidentFact[] {
  const step = stepNamed(state, stepId);
  // A new step, so that the suggestion stays on record as a suggestion.
  return step ? [{ type: 'step_added', step: { ...step, id: `${step.id}-started`, level: 'approve' } }] : [];
}

function settled(state: IncidentState, command: Extract<IncidentCommand, { type: 'settle' }>): IncidentFact[] {
  const outcome = state.steps[command.stepId]?.outcome;
  const step = stepNamed(state, command.stepId);
  if (outcome?.result !== 'unknown' || !step) return [];
  const result = command.happened ? 'done' : 'failed';
  return [
    { type: 'noted', text: `${step.title}: ${command.happened ? 'happened' : 'did not happen'}. ${command.reason}` },
    { type: 'step_finished', stepId: step.id, title: step.title, outcome: { ...outcome, result } },
  ];
}

const noteOf = (text: string): IncidentFact[] => (text === '' ? [] : [{ type: 'noted', text }]);
