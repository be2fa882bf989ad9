// The activity interfaces that workflows call. Implementations are in activities/; workflows import types only.

import type { ActionOutcome } from '../core/action-outcome.ts';
import type { ApprovalSubject } from '../core/approval/subject.ts';
import type { Json } from '../core/canonical.ts';
import type { IncidentEvent } from '../core/incident/events.ts';
import type { FlowNode } from '../core/incident/flow.ts';
import type { PlannedStep, ResponsePlanned } from '../core/incident/plan.ts';
import type { IncidentState, OpenedIncident } from '../core/incident/state.ts';
import type { Notice } from '../core/notice.ts';
import type { ComputedValues, Reached, ReachedStep } from '../core/playbook/reached.ts';

/** Local activities on the incident queue: they touch only our own Postgres. Safe to run twice: writes carry keys. */
export interface StoreActivities {
  /** Decides the whole response of an incident from its alerts, the response plan and the registry. */
  planResponse(input: { opened: OpenedIncident; through: number }): Promise<ResponsePlanned>;
  /** Plans a step that was reached, against the plan that the incident pinned. */
  planStep(input: ReachedStep): Promise<FlowNode>;
  /** Computes values that depend on earlier steps or on the alerts as they are now. */
  computeValues(input: Reached & { written: Record<string, string> }): Promise<ComputedValues>;
  /** One transaction: an audit entry per event, and the read model after the last of them. */
  journal(input: JournalInput): Promise<WrittenAhead | undefined>;
  /** Stores a pending approval bound to the digest of its subject. Idempotent by approval id. */
  requestApproval(input: ApprovalRequest): Promise<{ approvalId: string; digest: string; expiresAt: string }>;
  /** How an approval stands by the decisions in the store; ends it when it can be ended. */
  settleApproval(input: { approvalId: string; at: string; cancel?: boolean }): Promise<ApprovalStanding>;
  /**
   * Closes unless alerts came that the workflow has not seen: then nothing is changed and `behind` is true.
   * In the same transaction as the journal, so that an alert is either in this incident or in the next generation.
   */
  endIncident(input: JournalInput): Promise<{ behind: boolean }>;
  /** Moves all alerts to the other incident and ends this one, in one transaction. */
  mergeIncident(input: JournalInput & { into: string }): Promise<MergeResult>;
  /** The containment's row of the read model with its audit entry; idempotent. */
  recordContainment(input: ContainmentRecord): Promise<void>;
  /** What undoing the containment came to; null while it is held or being undone. */
  readContainment(input: { containmentId: string }): Promise<{ undone: ActionOutcome | null }>;
}

export interface JournalInput {
  /** The state after the events. */
  state: IncidentState;
  events: IncidentEvent[];
  /** Number of the first event. */
  firstEvent: number;
  /**
   * Sorts after the version of every earlier write. A task whose worker died runs again, perhaps with messages that came
   * meanwhile: what the later execution says counts, and facts that both wrote are one.
   */
  version: string;
  /** `facts` of the last WrittenAhead of this execution. */
  ahead?: string[];
}

/** An earlier execution, whose worker died before Temporal knew, had written more than this one has come to. */
export interface WrittenAhead {
  /** Number of the next event: beyond all that is written. */
  nextEvent: number;
  /** What it wrote and this one has not come to yet, as digests: not written again when it does. */
  facts: string[];
}

export type { ApprovalSubject };

export interface ApprovalRequest {
  approvalId: string;
  subject: ApprovalSubject;
  title: string;
  requestedBy: string;
  quorum: number;
  roles: string[];
  breakGlass?: boolean;
  at: string;
}

export interface ApprovalStanding {
  status: 'pending' | 'approved' | 'rejected' | 'expired' | 'cancelled';
  by: string[];
  reason: string;
  /** Approved by one administrator alone. */
  brokeGlass?: true;
}

export type MergeResult = { merged: true } | { merged: false; reason: string } | { merged: false; behind: true };

export type ContainmentStatus =
  | 'applying'
  | 'held'
  | 'undoing'
  | 'lifted'
  | 'expired'
  | 'undo_failed'
  | 'not_applied'
  | 'unknown';

export interface ContainmentRecord {
  containmentId: string;
  /** Of the change within its workflow: the same for each execution of the same stretch. */
  number: string;
  incidentId: string;
  status: ContainmentStatus;
  actor: string;
  at: string;
  expiresAt: string;
  reason: string;
  outcome?: ActionOutcome;
}

/** Ordinary activities on the containment queue, the only ones with power over systems. */
export interface ContainmentActivities {
  applyAction(input: ApplyInput): Promise<ActionOutcome>;
  undoAction(input: UndoInput): Promise<ActionOutcome>;
  /** Moves the target's own expiry, where it has one. */
  extendAction(input: UndoInput & { expiresAt: string }): Promise<ActionOutcome>;
}

export interface ApplyInput {
  incidentId: string;
  step: PlannedStep;
  /** 2 and more when the step began anew: another effect. */
  attempt: number;
  planDigest: string;
  /** The approval that allows it, when the step needed one; verified again before anything is done. */
  approvalId: string | null;
  requestedBy: string;
  containmentId: string | null;
  /** When the hold ends; null when nothing is held. */
  expiresAt: string | null;
}

export interface UndoInput {
  incidentId: string;
  key: string;
  action: string;
  params: Json;
  mode: 'simulate' | 'live';
  reason: string;
}

/** Ordinary activities on the notify queue: they talk to vendors. */
export interface NotifyActivities {
  notify(input: {
    channel: string;
    notice: Notice;
  }): Promise<{ result: 'sent' | 'not_configured' | 'failed'; detail: string }>;
}
