// What the workflows see of the world: activities that keep everything in memory and do as the test says.

import type {
  ApplyInput,
  ApprovalRequest,
  ApprovalStanding,
  ContainmentActivities,
  ContainmentRecord,
  JournalInput,
  NotifyActivities,
  StoreActivities,
  UndoInput,
} from '../../src/contract/activities.ts';
import type { IncidentInput } from '../../src/contract/messages.ts';
import type { ActionOutcome } from '../../src/core/action-outcome.ts';
import { subjectDigest } from '../../src/core/approval/subject.ts';
import type { IncidentEvent } from '../../src/core/incident/events.ts';
import type { AlertNote } from '../../src/core/incident/notes.ts';
import type { PlannedStep, ResponsePlanned } from '../../src/core/incident/plan.ts';
import type { IncidentState } from '../../src/core/incident/state.ts';
import type { Notice } from '../../src/core/notice.ts';

const minuteMs = 60_000;
export const hourMs = 60 * minuteMs;

export function plannedStep(overrides: Partial<PlannedStep> = {}): PlannedStep {
  return {
    id: 'block',
    title: 'Block 203.0.113.7',
    requestedBy: 'playbook:brute-force',
    action: 'block_ip',
    params: { address: '203.0.113.7' },
    target: 'ip:203.0.113.7',
    kind: 'containment',
    reversible: true,
    mode: 'live',
    level: 'auto',
    approval: { quorum: 1, roles: ['responder'], expiresAfterMs: 4 * hourMs, remindAfterMs: null },
    timeoutMs: 10_000,
    attempts: 1,
    onFailure: 'fail',
    holdMs: hourMs,
    skip: null,
    ...overrides,
  };
}

export function plannedResponse(overrides: Partial<ResponsePlanned> = {}): ResponsePlanned {
  return {
    planDigest: 'd1',
    verdict: { kind: 'respond' },
    severity: 'high',
    title: 'Brute force on checkout',
    service: 'checkout',
    playbook: 'brute-force',
    team: 'sre',
    runbooks: [],
    reasons: ['severity high: rule brute-force'],
    contain: [],
    verify: [],
    recover: [],
    page: { levels: [[{ channel: 'console', to: 'on-call' }]], escalateAfterMs: 10 * minuteMs },
    waits: { quietMs: 5 * minuteMs, recoveryReminderMs: 4 * hourMs, recoveryReminders: 2, reviewMs: 0 },
    ...overrides,
  };
}

export function note(position: number, change: AlertNote['change'], firingAfter: number): AlertNote {
  const alertId = `a${position}`;
  return { position, alertId, change, firingAfter, severityHint: 'high', title: 'Brute force' };
}

/** `nowMs` is the server's time, which runs ahead of ours once it has skipped. */
export function incidentInput(incidentId: string, nowMs: number, notes = [note(1, 'fired', 1)]): IncidentInput {
  const at = new Date(nowMs).toISOString();
  const opened = { incidentId, severity: 'medium', title: 'Brute force', impactStartedAt: at, detectedAt: at } as const;
  return { opened, notes };
}

type SettleInput = { approvalId: string; at: string; cancel?: boolean };

export class World implements StoreActivities, ContainmentActivities, NotifyActivities {
  plan = plannedResponse();
  events: IncidentEvent[] = [];
  state: IncidentState | undefined;
  approvals = new Map<string, ApprovalRequest>();
  standings = new Map<string, ApprovalStanding>();
  applied: ApplyInput[] = [];
  undone: UndoInput[] = [];
  containments: ContainmentRecord[] = [];
  notices: { channel: string; notice: Notice }[] = [];
  /** Alerts that were accepted for the incident but not delivered: the end must wait for them. */
  lastPosition = 0;
  mergeRefusal: string | null = null;
  /** How long the next write of the journal takes. */
  journalTakesMs = 0;
  private keys = new Set<string>();

  outcomeOf: (input: ApplyInput) => ActionOutcome = () => {
    return { state: 'applied', detail: 'Blocked', evidence: { handle: 1 }, readBack: 'It is in the set' };
  };
  outcomeOfUndo: (input: UndoInput) => ActionOutcome = () => ({ state: 'undone', detail: 'Unblocked' });

  planResponse = async () => this.plan;

  journal = async (input: JournalInput): Promise<undefined> => {
    const takesMs = this.journalTakesMs;
    this.journalTakesMs = 0;
    if (takesMs > 0) await new Promise((resolve) => setTimeout(resolve, takesMs));
    for (const [index, event] of input.events.entries()) {
      const key = `${input.state.incidentId}/${input.firstEvent + index}`;
      if (!this.keys.has(key)) this.events.push(event);
      this.keys.add(key);
    }
    this.state = input.state;
  };

  requestApproval = async (request: ApprovalRequest) => {
    this.approvals.set(request.approvalId, request);
    const { approvalId, subject } = request;
    return { approvalId, digest: subjectDigest(subject), expiresAt: subject.expiresAt };
  };

  settleApproval = async ({ approvalId, at, cancel }: SettleInput): Promise<ApprovalStanding> => {
    const decided = this.standings.get(approvalId);
    if (decided) return decided;
    const expiresAt = this.approvals.get(approvalId)?.subject.expiresAt ?? '';
    if (Date.parse(at) >= Date.parse(expiresAt)) return { status: 'expired', by: [], reason: '' };
    return { status: cancel ? 'cancelled' : 'pending', by: [], reason: '' };
  };

  endIncident = async (input: JournalInput) => {
    if (this.lastPosition > input.state.seenThrough) return { behind: true };
    await this.journal(input);
    return { behind: false };
  };

  mergeIncident = async (input: JournalInput & { into: string }) => {
    if (this.mergeRefusal) return { merged: false, reason: this.mergeRefusal } as const;
    await this.journal(input);
    return { merged: true } as const;
  };

  recordContainment = async (record: ContainmentRecord): Promise<void> => {
    this.containments.push(record);
  };

  readContainment = async () => ({ undone: { state: 'undone', detail: 'Unblocked' } as const });

  applyAction = async (input: ApplyInput): Promise<ActionOutcome> => {
    this.applied.push(input);
    return this.outcomeOf(input);
  };

  undoAction = async (input: UndoInput): Promise<ActionOutcome> => {
    this.undone.push(input);
    return this.outcomeOfUndo(input);
  };

  extendAction = async (): Promise<ActionOutcome> => {
    return { state: 'applied', detail: 'Extended', evidence: null, readBack: 'It is in the set' };
  };

  notify = async (sent: { channel: string; notice: Notice }) => {
    this.notices.push(sent);
    return { result: 'sent', detail: 'sent' } as const;
  };

  get types(): string[] {
    return this.events.map((event) => event.type);
  }

  statuses(): string[] {
    return this.events.flatMap((event) => (event.type === 'status_changed' ? [event.status] : []));
  }
}

/** Activities for one worker that serve many worlds, each its own incident. */
export function activitiesFor(worlds: Map<string, World>) {
  const of = (incidentId: string): World => {
    const world = worlds.get(incidentId);
    if (!world) throw new Error(`No world for incident ${incidentId}`);
    return world;
  };
  const asked = (approvalId: string): World => {
    const world = [...worlds.values()].find((one) => one.approvals.has(approvalId));
    if (!world) throw new Error(`No world for approval ${approvalId}`);
    return world;
  };
  const activities: StoreActivities & ContainmentActivities & NotifyActivities = {
    planResponse: ({ opened }) => of(opened.incidentId).planResponse(),
    journal: (input) => of(input.state.incidentId).journal(input),
    requestApproval: (request) => of(request.subject.incidentId).requestApproval(request),
    settleApproval: (input) => asked(input.approvalId).settleApproval(input),
    endIncident: (input) => of(input.state.incidentId).endIncident(input),
    mergeIncident: (input) => of(input.state.incidentId).mergeIncident(input),
    recordContainment: (record) => of(record.incidentId).recordContainment(record),
    readContainment: () => new World().readContainment(),
    applyAction: (input) => of(input.incidentId).applyAction(input),
    undoAction: (input) => of(input.incidentId).undoAction(input),
    extendAction: (input) => of(input.incidentId).extendAction(),
    notify: (sent) => of(sent.notice.incidentId).notify(sent),
  };
  return activities;
}
