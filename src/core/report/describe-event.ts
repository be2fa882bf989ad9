// One plain line for each event of an incident.

import type { ActionOutcome } from '../action-outcome.ts';
import { assertNever } from '../assert-never.ts';
import type { Answer } from '../incident/answer.ts';
import type { Completed, IncidentFact, Recovery, StepOutcome } from '../incident/events.ts';
import type { FailurePolicy } from '../incident/flow.ts';

type Lines = { [Type in IncidentFact['type']]: (fact: Extract<IncidentFact, { type: Type }>) => string };

const lines: Lines = {
  alerts_received: ({ count, fired, resolved, firing, titles }) =>
    `${alertsSeen(fired, resolved, count)}; ${firing} firing now${titles.length > 0 ? `: ${titles.join('; ')}` : ''}`,
  triaged: ({ plan }) => `Triaged. ${plan.reasons.join('; ')}`,
  status_changed: ({ status, reason }) => `Status is now ${status}: ${reason}`,
  acknowledged: () => 'Acknowledged',
  assigned: ({ to }) => `Assigned to ${to}`,
  noted: ({ text }) => `Note: ${text}`,
  severity_changed: ({ severity, reason }) => `Severity is now ${severity}${reason && `: ${reason}`}`,
  paged: ({ to, channel, result, detail, level }) =>
    result === 'sent'
      ? `Told ${to} through ${channel} (level ${level + 1})`
      : `Could not tell ${to} through ${channel} (${words(result)}): ${detail}`,
  reminded: ({ text }) => `Reminded: ${text}`,
  step_added: ({ step }) => `Action added by a person: ${step.title}${simulatedMark(step.mode)}`,
  step_planned: ({ node }) => `Planned, now that it is reached: ${node.title}`,
  step_entered: ({ title }) => `Began: ${title}`,
  step_started: ({ title, mode }) => `Started: ${title}${simulatedMark(mode)}`,
  step_waiting: ({ stepId, expiresAt }) => `Step ${stepId} waits for an approval until ${expiresAt}`,
  approval_ended: ({ stepId, result, by, reason }) =>
    `Approval of step ${stepId} ${result}${by.length > 0 ? ` by ${by.join(', ')}` : ''}${reason && `: ${reason}`}`,
  question_asked: ({ question, expiresAt, roles }) => `Asked ${roles.join(' or ')} until ${expiresAt}: ${question}`,
  question_answered: ({ question, answer }) => `Answered: ${question} ${answerWords(answer)}`,
  values_set: ({ title, values }) => `${title}: ${JSON.stringify(values)}`,
  outputs_computed: ({ title, values }) => `Outputs of ${title}: ${JSON.stringify(values)}`,
  step_finished: ({ title, outcome }) => stepOutcomeLine(title, outcome),
  step_timed_out: ({ title }) => `Out of time, nothing more of it begins: ${title}`,
  step_left_unknown: ({ title }) => `Nobody said what really happened: ${title}`,
  failure_handled: ({ title, policy }) => `After the failure of ${title}: ${policyWords[policy]}`,
  step_retried: ({ title, attempt, by }) =>
    `Begins anew${by === 'policy' ? ' by itself' : ''}, attempt ${attempt}: ${title}`,
  step_undone: ({ title, outcome }) => undoneLine(title, outcome),
  contained: () => 'Contained',
  recovered: ({ how }) => `Recovered: ${recoveries[how]}`,
  reopened: ({ reason }) => `Reopened: ${reason}`,
  ended: ({ disposition, reason }) => `Ended as ${words(disposition)}: ${reason}`,
  merge_requested: ({ into, reason }) => `To be merged into incident ${into}: ${reason}`,
  unmerged: ({ from, reason }) => `Taken out of incident ${from} again${reason && `: ${reason}`}`,
  merge_refused: ({ into, reason }) => `Not merged into incident ${into}: ${reason}`,
  follow_up_added: ({ text }) => `Left for people: ${text}`,
  reported: () => 'Report written',
};

const policyWords: Record<FailurePolicy, string> = {
  continue: 'the next step runs',
  fail: 'the steps after it do not run',
  escalate: 'people are told, and the steps after it do not run',
  undo: 'what was done is undone, and the steps after it do not run',
};

const answerWords = (answer: Answer): string =>
  typeof answer === 'boolean' ? (answer ? 'yes' : 'no') : String(answer);

const recoveries: Record<Recovery, string> = {
  alerts_resolved: 'all alerts resolved and stayed so',
  resolved_by_person: 'a person resolved it',
  gave_up_waiting: 'not seen; it goes to review with that open',
};

export const isEventKind = (kind: string): kind is IncidentFact['type'] => Object.hasOwn(lines, kind);

export function eventLine<Type extends IncidentFact['type']>(fact: Extract<IncidentFact, { type: Type }>): string {
  return lines[fact.type as Type](fact);
}

/** How a step ended. What was simulated is never said as if it had been done. */
function stepOutcomeLine(title: string, outcome: StepOutcome): string {
  switch (outcome.result) {
    case 'done':
      return outcomeLine(title, outcome.outcome);
    case 'failed':
      return `Failed: ${title}. ${outcome.outcome.detail}`;
    case 'unknown':
      return `Outcome unknown: ${title}. ${outcome.outcome.detail}`;
    case 'refused':
      return `Refused: ${title}. ${outcome.reason}`;
    case 'skipped':
      return `Not done: ${title}. ${outcome.reason}`;
    default:
      return assertNever(outcome);
  }
}

export function outcomeLine(title: string, outcome: ActionOutcome | Completed): string {
  switch (outcome.state) {
    case 'applied':
      return `Done: ${title}. ${outcome.detail}`;
    case 'completed':
      return `Done: ${title}. ${outcome.detail}`;
    case 'simulated':
      return `Simulated, nothing was touched: ${title}`;
    case 'refused':
      return `Refused: ${title}. ${outcome.refusal.message}`;
    case 'failed':
      return `Failed: ${title}. ${outcome.detail}`;
    case 'unknown':
      return `Outcome unknown: ${title}. ${outcome.detail}`;
    case 'undone':
      return `Undone: ${title}. ${outcome.detail}`;
    case 'check_passed':
      return `Check passed: ${title}. ${outcome.detail}`;
    case 'check_failed':
      return `Check failed: ${title}. ${outcome.detail}`;
    default:
      return assertNever(outcome);
  }
}

export function undoneLine(title: string, outcome: ActionOutcome): string {
  if (outcome.state === 'undone') return `Undone: ${title}. ${outcome.detail}`;
  if (outcome.state === 'simulated') return `Undone (it was only simulated): ${title}`;
  return `Not undone: ${title}. ${outcome.detail}`;
}

export const words = (name: string): string => name.replaceAll('_', ' ');

export const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;

export const simulatedMark = (mode: 'simulate' | 'live'): string => (mode === 'simulate' ? ' (simulated)' : '');

/** `count` leaves out resolutions; what neither fired nor resolved was moved here by a merge, or back. */
function alertsSeen(fired: number, resolved: number, count: number): string {
  const moved = count - fired;
  const parts = [
    fired > 0 ? `${counted(fired, 'alert')} fired` : '',
    resolved > 0 ? `${counted(resolved, 'alert')} resolved` : '',
    moved > 0 ? `${counted(moved, 'alert')} merged in` : '',
    moved < 0 ? `${counted(-moved, 'alert')} taken out again` : '',
  ];
  return parts.filter(Boolean).join(', ') || 'No alert changed';
}
