// Everything that can happen to an incident. The reducer turns these into state; the journal writes each to the audit
// log. An event is a fact: it is never refused. What may become one is decided in commands.ts and in the workflow.

import type { ActionFailure, ActionOutcome } from '../action-outcome.ts';
import type { Json } from '../canonical.ts';
import type { Severity } from '../severity.ts';
import type { Answer, AnswerType } from './answer.ts';
import type { FailurePolicy, FlowNode } from './flow.ts';
import type { PlannedStep, ResponsePlanned } from './plan.ts';
import type { Disposition, IncidentStatus } from './status.ts';

/** `firebreak` itself, or `key:<name>` of the person or program that did it. */
export type Actor = string;
export const firebreak: Actor = 'firebreak';

export type Recovery = 'alerts_resolved' | 'resolved_by_person' | 'gave_up_waiting';

export type ApprovalEnd = 'approved' | 'rejected' | 'expired' | 'cancelled';

/** `at` is ISO-8601 in UTC. */
export type IncidentEvent = IncidentFact & {
  at: string;
  actor: Actor;
  /** The command that it came from. */
  commandId?: string;
};

export type IncidentFact =
  | {
      type: 'alerts_received';
      count: number;
      fired: number;
      resolved: number;
      /** How many alerts fire after these. */
      firing: number;
      /** Position of the last of them in the incident's alert events. */
      through: number;
      severityHint: Severity | null;
      titles: string[];
    }
  | { type: 'triaged'; plan: ResponsePlanned }
  | { type: 'status_changed'; status: IncidentStatus; reason: string }
  | { type: 'acknowledged' }
  | { type: 'assigned'; to: string }
  | { type: 'noted'; text: string }
  | { type: 'severity_changed'; severity: Severity; reason: string }
  | {
      type: 'paged';
      level: number;
      channel: string;
      to: string;
      result: 'sent' | 'not_configured' | 'failed';
      detail: string;
    }
  | { type: 'reminded'; text: string }
  | { type: 'step_added'; step: PlannedStep }
  /** A step that depended on others was reached and planned. */
  | { type: 'step_planned'; stepId: string; node: FlowNode }
  /** A step that changes nothing by itself began: a wait, a group. Actions have `step_started`. */
  | { type: 'step_entered'; stepId: string; title: string }
  | { type: 'step_started'; stepId: string; title: string; mode: 'simulate' | 'live' }
  | { type: 'step_waiting'; stepId: string; approvalId: string; round: number; digest: string; expiresAt: string }
  | { type: 'approval_ended'; stepId: string; approvalId: string; result: ApprovalEnd; by: Actor[]; reason: string }
  | {
      type: 'question_asked';
      stepId: string;
      question: string;
      answer: AnswerType;
      roles: string[];
      expiresAt: string;
    }
  | { type: 'question_answered'; stepId: string; question: string; answer: Answer }
  /** Names that later expressions use, known from here on in `scope`. */
  | { type: 'values_set'; stepId: string; title: string; scope: string; values: Record<string, Json> }
  | { type: 'outputs_computed'; stepId: string; title: string; values: Record<string, Json> }
  | { type: 'step_finished'; stepId: string; title: string; outcome: StepOutcome }
  /** The group's time is up: it starts nothing more. */
  | { type: 'step_timed_out'; stepId: string; title: string }
  /** Nobody said in time what really happened. */
  | { type: 'step_left_unknown'; stepId: string; title: string }
  /** What a failure means for the steps after it was seen to. */
  | { type: 'failure_handled'; stepId: string; title: string; policy: FailurePolicy }
  /** The step begins anew, as this attempt; `reopens` are the groups that it is in. */
  | { type: 'step_retried'; stepId: string; title: string; attempt: number; by: 'policy' | 'person'; reopens: string[] }
  | { type: 'step_undone'; stepId: string; title: string; outcome: ActionOutcome }
  | { type: 'contained' }
  | { type: 'recovered'; how: Recovery }
  | { type: 'reopened'; reason: string }
  | { type: 'ended'; disposition: Disposition; reason: string }
  | { type: 'merge_requested'; into: string; reason: string }
  /** It was merged, and goes on by itself after all, with the alerts that are its own. */
  | { type: 'unmerged'; from: string; reason: string }
  | { type: 'merge_refused'; into: string; reason: string }
  | { type: 'follow_up_added'; text: string }
  | { type: 'reported' };

/** How a step ended. `done` says that the world is as the step wanted, by a read back, or that the step went through. */
export type StepOutcome =
  | { result: 'done'; outcome: ActionOutcome | Completed }
  | { result: 'failed'; outcome: ActionOutcome | Stopped }
  | { result: 'unknown'; outcome: ActionOutcome }
  | { result: 'refused'; code: string; reason: string }
  | { result: 'skipped'; code: string; reason: string };

/** A step that is no action went through. */
export interface Completed {
  state: 'completed';
  detail: string;
  items?: ItemCounts;
}

/** A step that is no action did not go through. */
export interface Stopped {
  state: 'stopped';
  detail: string;
  failure: ActionFailure;
  items?: ItemCounts;
}

/** Of a `for_each`. */
export interface ItemCounts {
  count: number;
  done: number;
  failed: number;
}
