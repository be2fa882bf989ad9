// The reducer: the only place where the state of an incident changes. Total and pure; it never refuses a fact.

import { assertNever } from '../assert-never.ts';
import { compareSeverity } from '../severity.ts';
import type { IncidentEvent } from './events.ts';
import { type IncidentState, type StepProgress, seenCommandsKept } from './state.ts';

/** The state after the event; the given one is left as it was. */
export function reduce(state: IncidentState, event: IncidentEvent): IncidentState {
  return {
    ...state,
    ...change(state, event),
    seenCommands: event.commandId ? withCommand(state.seenCommands, event.commandId) : state.seenCommands,
    nextEvent: state.nextEvent + 1,
  };
}

function change(state: IncidentState, event: IncidentEvent): Partial<IncidentState> {
  switch (event.type) {
    case 'alerts_received':
      return alertsReceived(state, event);
    case 'triaged': {
      const { plan } = event;
      return {
        plan,
        severity: plan.severity,
        title: plan.title,
        mergeInto: plan.verdict.kind === 'merge' ? plan.verdict.into : null,
      };
    }
    case 'status_changed': {
      const closing = event.status === 'closed' || event.status === 'dismissed' || event.status === 'merged';
      return { status: event.status, times: closing ? { ...state.times, closedAt: event.at } : state.times };
    }
    case 'acknowledged':
      return { times: { ...state.times, acknowledgedAt: state.times.acknowledgedAt ?? event.at } };
    case 'assigned':
      return { assignee: event.to, times: { ...state.times, acknowledgedAt: state.times.acknowledgedAt ?? event.at } };
    case 'noted':
    case 'reported':
      return {};
    case 'severity_changed':
      return { severity: event.severity };
    case 'paged':
      return { pagedLevel: Math.max(state.pagedLevel, event.level), pagedAt: event.at };
    case 'reminded':
      return { reminders: state.reminders + 1, remindedAt: event.at };
    case 'step_added':
      return { added: [...state.added, event.step] };
    case 'step_started':
      return {
        steps: withStep(state, event.stepId, { startedAt: state.steps[event.stepId]?.startedAt ?? event.at }),
        undos: withUndo(state.undos, event.stepId),
      };
    case 'step_waiting':
      return {
        steps: withStep(state, event.stepId, {
          approval: { id: event.approvalId, round: event.round, digest: event.digest, expiresAt: event.expiresAt },
        }),
      };
    case 'approval_ended':
      return { steps: withApprovalEnd(state, event) };
    case 'step_planned':
      return { late: { ...state.late, [event.stepId]: event.node } };
    case 'step_entered':
      return { steps: withStep(state, event.stepId, { startedAt: event.at }) };
    case 'question_asked':
      return { steps: withStep(state, event.stepId, { question: { expiresAt: event.expiresAt } }) };
    case 'question_answered':
      return { steps: withStep(state, event.stepId, { answer: event.answer }) };
    case 'values_set':
      return { vars: { ...state.vars, [event.scope]: { ...state.vars[event.scope], ...event.values } } };
    case 'outputs_computed':
      return { steps: withStep(state, event.stepId, { outputs: event.values }) };
    case 'step_finished':
      return { steps: withStep(state, event.stepId, { outcome: event.outcome, finishedAt: event.at }) };
    case 'step_timed_out':
      return { steps: withStep(state, event.stepId, { timedOut: true }) };
    case 'step_left_unknown':
      return { steps: withStep(state, event.stepId, { leftUnknown: true }) };
    case 'failure_handled':
      return { steps: withStep(state, event.stepId, { failureHandled: true }) };
    case 'step_retried':
      return { steps: begunAnew(state, event) };
    case 'step_undone':
      return {
        steps: withStep(state, event.stepId, { undone: event.outcome }),
        undos: state.undos.filter((stepId) => stepId !== event.stepId),
      };
    case 'contained':
      return { times: { ...state.times, containedAt: state.times.containedAt ?? event.at } };
    case 'recovered':
      return { recovered: event.how, times: { ...state.times, resolvedAt: event.at } };
    case 'reopened':
      return reopened(state);
    case 'ended':
      return { disposition: event.disposition };
    case 'merge_requested':
      return { mergeInto: event.into };
    case 'merge_refused':
      return { mergeInto: null };
    case 'unmerged':
      return unmerged(state);
    case 'follow_up_added':
      return { followUps: [...state.followUps, event.text] };
    default:
      return assertNever(event);
  }
}

function alertsReceived(
  state: IncidentState,
  event: Extract<IncidentEvent, { type: 'alerts_received' }>,
): Partial<IncidentState> {
  const { severityHint } = event;
  // Before triage the worst hint stands for the severity; afterwards only people and the plan change it.
  const isWorse = !state.plan && severityHint !== null && compareSeverity(severityHint, state.severity) < 0;
  return {
    alertCount: state.alertCount + event.count,
    firing: event.firing,
    seenThrough: Math.max(state.seenThrough, event.through),
    severity: isWorse ? severityHint : state.severity,
  };
}

function reopened(state: IncidentState): Partial<IncidentState> {
  const { closedAt: _closed, resolvedAt: _resolved, ...times } = state.times;
  return { status: 'recovery', recovered: null, disposition: null, mergeInto: null, times };
}

/** Its alerts are told to it anew. What triage planned for it before it was merged is what it does now. */
function unmerged(state: IncidentState): Partial<IncidentState> {
  const { plan } = state;
  return {
    ...reopened(state),
    status: plan ? 'containment' : 'triage',
    plan: plan && { ...plan, verdict: { kind: 'respond' } },
    alertCount: 0,
    firing: 0,
  };
}

function withStep(state: IncidentState, stepId: string, progress: StepProgress): IncidentState['steps'] {
  return { ...state.steps, [stepId]: { ...state.steps[stepId], ...progress } };
}

function withApprovalEnd(
  state: IncidentState,
  event: Extract<IncidentEvent, { type: 'approval_ended' }>,
): IncidentState['steps'] {
  const approval = state.steps[event.stepId]?.approval;
  return approval ? withStep(state, event.stepId, { approval: { ...approval, ended: event.result } }) : state.steps;
}

/** The step forgets how it ended, and the groups around it are open again. What it applied before stays on the undo list. */
function begunAnew(
  state: IncidentState,
  { stepId, attempt, by, reopens }: Extract<IncidentEvent, { type: 'step_retried' }>,
): IncidentState['steps'] {
  const { tries = 1, approval } = state.steps[stepId] ?? {};
  const steps = { ...state.steps };
  for (const groupId of reopens) {
    const {
      startedAt: _started,
      outcome: _outcome,
      timedOut: _late,
      failureHandled: _handled,
      ...rest
    } = state.steps[groupId] ?? {};
    steps[groupId] = rest;
  }
  steps[stepId] =
    by === 'person' || !approval
      ? { attempt, tries: by === 'person' ? 1 : tries + 1 }
      : { attempt, tries: tries + 1, approval };
  return steps;
}

const withUndo = (undos: string[], stepId: string): string[] => (undos.includes(stepId) ? undos : [...undos, stepId]);

const withCommand = (seen: string[], commandId: string): string[] =>
  seen.includes(commandId) ? seen : [...seen, commandId].slice(-seenCommandsKept);
