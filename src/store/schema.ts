// The tables as Kysely sees them; migrations/ is the truth. Timestamps come out as Date, bigint as number.

import type { ColumnType, Generated } from 'kysely';
import type { Effect } from '../actions/journal.ts';
import type { ApprovalSubject, ContainmentStatus } from '../contract/activities.ts';
import type { AlertNote } from '../contract/messages.ts';
import type { ActionOutcome } from '../core/action-outcome.ts';
import type { Alert } from '../core/alert.ts';
import type { DecisionKind } from '../core/approval/decision.ts';
import type { Json } from '../core/canonical.ts';
import type { Suppression } from '../core/inbox/episodes.ts';
import type { IncidentState } from '../core/incident/state.ts';
import type { Disposition, IncidentStatus } from '../core/incident/status.ts';
import type { Feature } from '../core/learning/features.ts';
import type { Verdict } from '../core/learning/verdict.ts';
import type { Role } from '../core/roles.ts';
import type { Severity } from '../core/severity.ts';
import type { Withheld, WithheldReason } from '../core/suppression/judge.ts';
import type { Priority } from '../core/triage/priority.ts';

/** `failing`: its code throws, or does not fit its history. `timing_out`: no worker completes its tasks. */
export type StuckProblem = 'failing' | 'timing_out';

type Time = ColumnType<Date, Date | string, Date | string>;
type OptionalTime = ColumnType<Date | null, Date | string | null | undefined, Date | string | null>;
type JsonColumn<T> = ColumnType<T, string, string>;
type OptionalJson<T> = ColumnType<T | null, string | null | undefined, string | null>;
type Count = ColumnType<number, number | undefined, number>;

export interface Database {
  incident_groups: {
    group_id: string;
    source: string;
    group_key: string;
    generation: Count;
    incident_id: string | null;
  };
  incidents: {
    incident_id: string;
    group_id: string;
    generation: number;
    status: ColumnType<IncidentStatus, IncidentStatus | undefined, IncidentStatus>;
    severity: Severity;
    title: string;
    service: string | null;
    playbook: string | null;
    plan_digest: string | null;
    assignee: string | null;
    disposition: Disposition | null;
    merged_into: string | null;
    drill: ColumnType<boolean, boolean | undefined, boolean>;
    alert_count: Count;
    firing_count: Count;
    repeat_count: Count;
    impact_started_at: Time;
    opened_at: Time;
    priority: ColumnType<Priority | null, Priority | null | undefined, Priority | null>;
    acknowledge_by: OptionalTime;
    recover_by: OptionalTime;
    acknowledged_at: OptionalTime;
    contained_at: OptionalTime;
    resolved_at: OptionalTime;
    closed_at: OptionalTime;
    updated_at: Time;
    state: OptionalJson<IncidentState>;
    state_version: ColumnType<string, string | undefined, string>;
    last_position: Count;
    delivered_through: Count;
    is_waiting: ColumnType<boolean, never, never>;
    dispatch_after: ColumnType<Date, Date | string | undefined, Date | string>;
    dispatch_attempts: Count;
    search: ColumnType<string, never, never>;
  };
  alerts: {
    alert_id: string;
    source: string;
    fingerprint: string;
    starts_at: Time;
    ends_at: OptionalTime;
    status: 'firing' | 'resolved';
    title: string;
    severity_hint: Severity | null;
    normalised: JsonColumn<Alert>;
    incident_id: string | null;
    suppressed: Suppression | WithheldReason | null;
    suppressed_by: OptionalJson<Withheld>;
    /** When a withheld alert is to be judged again at the latest. */
    look_at: OptionalTime;
    received_at: Time;
    updated_at: Time;
    repeat_count: Count;
  };
  alert_events: {
    incident_id: string;
    position: number;
    alert_id: string;
    change: 'fired' | 'resolved' | 'moved' | 'left';
    firing_after: number;
    note: JsonColumn<AlertNote>;
    at: Time;
  };
  incident_entities: { kind: string; value: string; opened_at: Time; incident_id: string };
  stuck_workflows: {
    workflow_id: string;
    incident_id: string;
    problem: StuckProblem;
    cause: string;
    since: Time;
  };
  learning_cases: {
    incident_id: string;
    opened_at: Time;
    feature_version: number | null;
    features: OptionalJson<Feature[]>;
    kind_key: string | null;
    kind_words: string | null;
    rule: string | null;
    proposed: Severity | null;
    chance: number | null;
    because: OptionalJson<string[]>;
    model: string | null;
    ended_at: OptionalTime;
    due: ColumnType<boolean, boolean | undefined, boolean>;
    verdict: Verdict | null;
    severity_by_person: Severity | null;
  };
  learning_model: {
    one: ColumnType<boolean, never, never>;
    weights: Buffer | null;
    squares: Buffer | null;
    false_alarms: number;
    real: number;
    digest: string | null;
    feature_version: number | null;
    updated_at: OptionalTime;
  };
  silences: {
    silence_id: string;
    matchers: JsonColumn<string[]>;
    owner: string;
    reason: string;
    starts_at: Time;
    ends_at: Time;
    created_at: Time;
    expired_by: ColumnType<string | null, string | null | undefined, string | null>;
  };
  silence_version: { one: boolean; version: number };
  inhibitors: { key: string; alert_id: string; rule_key: string; is_target: boolean; starts_at: Time };
  raw_alerts: {
    raw_id: Generated<number>;
    source: string;
    delivery_id: string | null;
    received_at: Time;
    body: Buffer;
  };
  quarantine: {
    quarantine_id: string;
    source: string;
    received_at: Time;
    content_type: string | null;
    body: Buffer;
    place: string;
    problem: string;
    times: Count;
  };
  commands: {
    command_id: string;
    incident_id: string;
    workflow_id: string;
    type: string;
    payload: JsonColumn<Json>;
    actor: string;
    actor_role: string;
    status: ColumnType<'pending' | 'done' | 'refused', 'pending' | undefined, 'pending' | 'done' | 'refused'>;
    result: OptionalJson<Json>;
    created_at: Time;
    finished_at: OptionalTime;
    attempts: Count;
    next_attempt_at: Time;
  };
  approvals: {
    approval_id: string;
    incident_id: string;
    step_id: string;
    digest: string;
    subject: JsonColumn<ApprovalSubject & { title: string }>;
    requested_by: string;
    quorum: number;
    roles: string[];
    break_glass: ColumnType<boolean, boolean | undefined, boolean>;
    status: ColumnType<ApprovalStatus, ApprovalStatus | undefined, ApprovalStatus>;
    requested_at: Time;
    expires_at: Time;
    finished_at: OptionalTime;
  };
  decisions: {
    decision_id: string;
    approval_id: string;
    actor: string;
    actor_role: string;
    decision: DecisionKind;
    digest: string;
    reason: string | null;
    decided_at: Time;
    key_id: string;
    signature: string;
  };
  effects: {
    key: string;
    incident_id: string;
    origin: string;
    role: 'apply' | 'extend' | 'undo';
    target: string;
    mode: 'simulate' | 'live';
    effect: JsonColumn<Effect>;
    intent_at: OptionalTime;
    outcome: OptionalJson<ActionOutcome>;
    outcome_at: OptionalTime;
  };
  containments: {
    containment_id: string;
    incident_id: string;
    step_id: string;
    key: string;
    action: string;
    title: string;
    target: string;
    params: JsonColumn<Json>;
    mode: 'simulate' | 'live';
    evidence: OptionalJson<Json>;
    status: ContainmentStatus;
    created_at: ColumnType<Date, Date | string | undefined, Date | string>;
    applied_at: OptionalTime;
    expires_at: Time;
    ended_at: OptionalTime;
    ended_by: string | null;
    updated_at: Time;
  };
  capabilities: { action: string; live: boolean; detail: string; reported_at: Time };
  notices: {
    key: string;
    incident_id: string;
    channel: string;
    kind: string;
    recipient: string;
    title: string;
    text: string;
    status: 'sending' | 'sent' | 'not_configured' | 'failed';
    detail: string | null;
    created_at: Time;
    sent_at: OptionalTime;
  };
  reports: { incident_id: string; markdown: string; html: string; written_at: Time };
  api_keys: {
    key_id: string;
    name: string;
    role: Role;
    secret_hash: Buffer;
    created_at: Time;
    created_by: string;
    last_used_at: OptionalTime;
    revoked_at: OptionalTime;
  };
  sessions: { session_hash: Buffer; key_id: string; created_at: Time; expires_at: Time };
  plans: { digest: string; content: JsonColumn<Json>; loaded_at: Time };
  withholding_review: { is_only: Generated<boolean>; plan_digest: string };
  plan_holders: {
    process: string;
    digest: string;
    loaded_at: Time;
    loaded_by: string;
    refused_at: OptionalTime;
    refused_by: string | null;
    refused_problems: OptionalJson<string[]>;
    refused_count: number | null;
    seen_at: Time;
  };
  plan_reloads: { id: Generated<number>; requested_at: Time; requested_by: string };
  audit_entries: {
    seq: number;
    incident_id: string | null;
    at: Time;
    kind: string;
    actor: string;
    key: string | null;
    body: string;
    leaf_hash: Buffer;
    prev_hash: Buffer;
    hash: Buffer;
  };
  audit_checkpoints: { size: number; checkpoint: JsonColumn<Json>; frontier: JsonColumn<Json>; written_at: Time };
  audit_head: { one: boolean; seq: number; hash: Buffer };
}

export type ApprovalStatus = 'pending' | 'approved' | 'rejected' | 'expired' | 'cancelled';
