// What the workflows see of the world: activities that keep everything in memory and do as the test says.

import type {
  ApplyInput,
  ApprovalStanding,
  ContainmentActivities,
  JournalInput,
  NotifyActivities,
  UndoInput,
} from '../../src/contract/activities.ts';
import type { IncidentInput } from '../../src/contract/messages.ts';
import type { ActionOutcome } from '../../src/core/action-outcome.ts';
import type { FlowNode } from '../../src/core/incident/flow.ts';
import type { AlertNote } from '../../src/core/incident/notes.ts';
import type { PlannedStep, ResponsePlanned } from '../../src/core/incident/plan.ts';
import type { Notice } from '../../src/core/notice.ts';
import type { ComputedValues, ReachedStep } from '../../src/core/playbook/reached.ts';
import { MemoryStore } from '../../src/plan-test/memory-store.ts';

const minuteMs = 60_000;
export const hourMs = 60 * minuteMs;

export function plannedStep(overrides: Partial<PlannedStep> = {}): PlannedStep {
  return {
    type: 'action',
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
    retry: { attempts: 1, waitMs: 10_000 },
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

export class World extends MemoryStore implements ContainmentActivities, NotifyActivities {
  plan = plannedResponse();
  readonly standings = new Map<string, ApprovalStanding>();
  applied: ApplyInput[] = [];
  undone: UndoInput[] = [];
  notices: { channel: string; notice: Notice }[] = [];
  mergeRefusal: string | null = null;
  /** How long the next write of the journal takes. */
  journalTakesMs = 0;
  readonly store = this;

  constructor() {
    super(() => this.plan);
  }

  outcomeOf: (input: ApplyInput) => ActionOutcome = () => {
    return { state: 'applied', detail: 'Blocked', evidence: { handle: 1 }, readBack: 'It is in the set' };
  };
  outcomeOfUndo: (input: UndoInput) => ActionOutcome = () => ({ state: 'undone', detail: 'Unblocked' });

  override async planStep({ node }: ReachedStep): Promise<FlowNode> {
    return this.planReached(node.id);
  }

  /** What a step that is reached becomes. */
  planReached: (stepId: string) => FlowNode = (stepId) => {
    throw new Error(`No plan for ${stepId}`);
  };

  /** What is computed, one after the other. */
  readonly computed: ComputedValues[] = [];

  override async computeValues(_input?: Parameters<MemoryStore['computeValues']>[0]): Promise<ComputedValues> {
    return this.computed.shift() ?? { ok: true, values: {} };
  }

  override async journal(input: JournalInput): Promise<undefined> {
    const takesMs = this.journalTakesMs;
    this.journalTakesMs = 0;
    if (takesMs > 0) await new Promise((resolve) => setTimeout(resolve, takesMs));
    return super.journal(input);
  }

  /** As the test says, before what the decisions say. */
  override async settleApproval(input: SettleInput): Promise<ApprovalStanding> {
    return this.standings.get(input.approvalId) ?? super.settleApproval(input);
  }

  override async mergeIncident(input: JournalInput & { into: string }) {
    if (this.mergeRefusal) return { merged: false, reason: this.mergeRefusal } as const;
    return super.mergeIncident(input);
  }

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
