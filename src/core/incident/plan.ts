// What was decided for one incident when it was triaged: resolved once against plan and registry, recorded in history,
// so that an edit of the response plan never changes a running incident.

import type { Json } from '../canonical.ts';
import type { Severity } from '../severity.ts';
import type { FlowNode, FlowStep } from './flow.ts';
import type { Sla } from './sla.ts';
import type { Disposition } from './status.ts';

/** How far a step goes by itself. observe: say only. suggest: a person starts it. approve: runs when approved. */
export const automationLevels = ['observe', 'suggest', 'approve', 'auto'] as const;
export type AutomationLevel = (typeof automationLevels)[number];

export interface ApprovalPolicy {
  quorum: number;
  /** Roles whose members may decide. */
  roles: string[];
  expiresAfterMs: number;
  /** Page again when this much time has passed without a decision; null when only expiry counts. */
  remindAfterMs: number | null;
  /** One administrator may act alone; people review it afterwards. Absent means no. */
  breakGlass?: boolean;
  /** Further people who are told when nobody decided by then. Absent means none. */
  escalations?: { afterMs: number; to: { channel: string; to: string }[] }[];
}

/** One action of a playbook with its parameters filled in. Durations are milliseconds. */
export interface PlannedStep extends FlowStep {
  type: 'action';
  /** `playbook:<name>`, or `key:<name>` of the person who asked for it: approver ≠ requester. */
  requestedBy: string;
  action: string;
  params: Json;
  target: string;
  kind: 'check' | 'change' | 'containment';
  /** The action has an undo of its own, or the step gives one. */
  reversible: boolean;
  /** Undoes it where the action has no undo of its own. */
  undo?: UndoCall;
  mode: 'simulate' | 'live';
  level: AutomationLevel;
  approval: ApprovalPolicy;
  timeoutMs: number;
  retry: { attempts: number; waitMs: number };
  /** Only containments: how long it is held, unless lifted or extended. */
  holdMs: number | null;
}

/** Another action that takes back what a step did: approved together with it. */
export interface UndoCall {
  action: string;
  params: Json;
  target: string;
  title: string;
  mode: 'simulate' | 'live';
  timeoutMs: number;
}

export interface NoticePlan {
  /** Channels in order of escalation: [[first], [after escalateAfterMs], …]. */
  levels: { channel: string; to: string }[][];
  escalateAfterMs: number;
}

/** Waits of the incident, each bounded. */
export interface IncidentWaits {
  /** All alerts must have been resolved for this long, so that flapping does not count as recovery. */
  quietMs: number;
  /** Without recovery by then people are told again. */
  recoveryReminderMs: number;
  /** Reminders before the incident goes to review with an open follow-up. */
  recoveryReminders: number;
  /** How long the review waits for people; 0 closes at once. */
  reviewMs: number;
}

export type TriageVerdict =
  | { kind: 'respond' }
  | { kind: 'dismiss'; disposition: Disposition; reason: string }
  | { kind: 'merge'; into: string; reason: string };

export interface ResponsePlanned {
  planDigest: string;
  verdict: TriageVerdict;
  severity: Severity;
  /** Of its service and assets: 1 matters most, 4 least. Both absent in what earlier versions planned. */
  importance?: number;
  sla?: Sla;
  title: string;
  service: string | null;
  playbook: string | null;
  team: string | null;
  runbooks: { title: string; url: string }[];
  /** Why: one line a decision, for the timeline ("severity high: rule brute-force"). */
  reasons: string[];
  contain: FlowNode[];
  verify: FlowNode[];
  recover: FlowNode[];
  page: NoticePlan;
  waits: IncidentWaits;
}
