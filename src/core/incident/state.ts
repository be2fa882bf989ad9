// The state of one incident: what its workflow carries and its read model shows. Small on purpose, whatever the storm:
// alerts themselves stay in Postgres, here are counts and how far they were read.

import type { ActionOutcome } from '../action-outcome.ts';
import type { Json } from '../canonical.ts';
import type { Severity } from '../severity.ts';
import type { Answer } from './answer.ts';
import type { Recovery, StepOutcome } from './events.ts';
import { everyNode, type FlowNode } from './flow.ts';
import type { PlannedStep, ResponsePlanned } from './plan.ts';
import type { Disposition, IncidentStatus } from './status.ts';

export type StepPhase = 'contain' | 'verify' | 'recover' | 'added';

export interface StepProgress {
  startedAt?: string;
  finishedAt?: string;
  /** 2 and more when it began anew; part of the key of its effect. */
  attempt?: number;
  /** Attempts since a person last asked for one. */
  tries?: number;
  /** The approval that the step waits for or got. `round` tells those of several attempts apart. */
  approval?: {
    id: string;
    round: number;
    digest: string;
    expiresAt: string;
    ended?: 'approved' | 'rejected' | 'expired' | 'cancelled';
  };
  question?: { expiresAt: string };
  answer?: Answer;
  outputs?: Record<string, Json>;
  outcome?: StepOutcome;
  /** Nobody said in time what really happened. */
  leftUnknown?: boolean;
  timedOut?: boolean;
  /** What its failure means for the steps after it was seen to. */
  failureHandled?: boolean;
  undone?: ActionOutcome;
}

export interface IncidentTimes {
  impactStartedAt: string;
  detectedAt: string;
  acknowledgedAt?: string;
  containedAt?: string;
  resolvedAt?: string;
  closedAt?: string;
}

export interface IncidentState {
  incidentId: string;
  status: IncidentStatus;
  severity: Severity;
  title: string;
  /** Absent until triage. */
  plan: ResponsePlanned | null;
  /** Steps that people added by command; they run after the playbook's of the phase. */
  added: PlannedStep[];
  steps: Record<string, StepProgress>;
  /** What steps that depended on others became when they were reached. */
  late: Record<string, FlowNode>;
  /** Names that steps set, by the place where they are known. */
  vars: Record<string, Record<string, Json>>;
  /** Ids of steps whose effect must be undone if the incident is dismissed or the playbook fails, oldest first. */
  undos: string[];
  assignee: string | null;
  alertCount: number;
  firing: number;
  /** Alert events were applied up to this position. */
  seenThrough: number;
  /** Highest level of the page plan that was told already; -1 for none. Told once, whatever flaps. */
  pagedLevel: number;
  pagedAt: string | null;
  /** Reminders that recovery is overdue. */
  reminders: number;
  remindedAt: string | null;
  disposition: Disposition | null;
  mergeInto: string | null;
  /** How it recovered; null until then, and again after a reopening. */
  recovered: Recovery | null;
  followUps: string[];
  /** Ids of the commands that were applied: Temporal's own deduplication ends at continue-as-new. Bounded. */
  seenCommands: string[];
  times: IncidentTimes;
  /** Number of the next event: part of its key in the journal. */
  nextEvent: number;
}

/** How many command ids are kept; older ones cannot come again, as the relay stops once delivered. */
export const seenCommandsKept = 500;

export interface OpenedIncident {
  incidentId: string;
  severity: Severity;
  title: string;
  impactStartedAt: string;
  detectedAt: string;
}

export function openIncident(opened: OpenedIncident): IncidentState {
  return {
    incidentId: opened.incidentId,
    status: 'triage',
    severity: opened.severity,
    title: opened.title,
    plan: null,
    added: [],
    steps: {},
    late: {},
    vars: {},
    undos: [],
    assignee: null,
    alertCount: 0,
    firing: 0,
    seenThrough: 0,
    pagedLevel: -1,
    pagedAt: null,
    reminders: 0,
    remindedAt: null,
    disposition: null,
    mergeInto: null,
    recovered: null,
    followUps: [],
    seenCommands: [],
    times: { impactStartedAt: opened.impactStartedAt, detectedAt: opened.detectedAt },
    nextEvent: 0,
  };
}

/** The action with this id. */
export function stepNamed(state: IncidentState, stepId: string): PlannedStep | undefined {
  return allSteps(state).find((step) => step.id === stepId);
}

/** All actions, wherever they stand in the flow. */
export function allSteps(state: IncidentState): PlannedStep[] {
  return allNodes(state).filter((node) => node.type === 'action');
}

export function nodeNamed(state: IncidentState, stepId: string): FlowNode | undefined {
  return allNodes(state).find((node) => node.id === stepId);
}

export function allNodes({ plan, late, added }: IncidentState): FlowNode[] {
  return plan ? [...everyNode([...plan.contain, ...plan.verify, ...plan.recover], late), ...added] : [...added];
}
