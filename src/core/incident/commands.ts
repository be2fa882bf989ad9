// What people ask of an incident, and whether it is possible now. Pure: the workflow's validators call `refusalOf`
// before a command enters its history, and `factsOf` turns an accepted one into events.

import type { DecisionKind } from '../approval/decision.ts';
import { assertNever } from '../assert-never.ts';
import { retryFacts } from '../playbook/retry.ts';
import type { Severity } from '../severity.ts';
import { type Answer, describeAnswerType, isAnswer } from './answer.ts';
import type { IncidentFact } from './events.ts';
import type { PlannedStep } from './plan.ts';
import type { IncidentState } from './state.ts';
import { nodeNamed, stepNamed } from './state.ts';
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
  /** An answer to a question of the playbook. Whether this person may answer, the gateway has asked. */
  | { type: 'answer'; stepId: string; value: Answer }
  /** What failed begins anew: this step or what failed inside it; with null whatever failed. */
  | { type: 'retry'; stepId: string | null }
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
    case 'answer':
      return refusalOfAnswer(state, command.stepId, command.value);
    case 'retry':
      return refusalOfRetry(state, command.stepId);
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

function refusalOfAnswer(state: IncidentState, stepId: string, value: Answer): CommandRefusal | undefined {
  const node = nodeNamed(state, stepId);
  const { question, answer, outcome } = state.steps[stepId] ?? {};
  if (node?.type !== 'ask' || !question) return refuse('no_such_question', `Step ${stepId} asks nothing now`);
  if (answer !== undefined) return refuse('already_answered', 'The question was answered');
  if (outcome) return refuse('question_over', 'The question is not waited for any more');
  return isAnswer(node.answer, value)
    ? undefined
    : refuse('answer_invalid', `The answer must be ${describeAnswerType(node.answer)}`);
}

function refusalOfRetry(state: IncidentState, stepId: string | null): CommandRefusal | undefined {
  if (stepId !== null && !nodeNamed(state, stepId)) return refuse('no_such_step', `There is no step ${stepId}`);
  if (state.recovered === 'resolved_by_person') {
    return refuse('resolved', 'A person resolved the incident, so nothing more of its playbook runs; reopen it first');
  }
  if (retryFacts(state, stepId).length > 0) return undefined;
  return refuse('nothing_failed', stepId === null ? 'No step has failed' : `Step ${stepId} has not failed`);
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
    case 'answer':
      return answered(state, command.stepId, command.value);
    case 'retry':
      return retryFacts(state, command.stepId);
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

function answered(state: IncidentState, stepId: string, answer: Answer): IncidentFact[] {
  const node = nodeNamed(state, stepId);
  return node?.type === 'ask' ? [{ type: 'question_answered', stepId, question: node.question, answer }] : [];
}

const noteOf = (text: string): IncidentFact[] => (text === '' ? [] : [{ type: 'noted', text }]);
