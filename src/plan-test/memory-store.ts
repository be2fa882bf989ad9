// What the workflows of one incident write and read, kept in memory: the same contract as activities/store.ts has on
// Postgres, decided by the same functions of core.

import type {
  ApprovalRequest,
  ApprovalStanding,
  ContainmentRecord,
  JournalInput,
  MergeResult,
  StoreActivities,
} from '../contract/activities.ts';
import type { ActionOutcome } from '../core/action-outcome.ts';
import type { Decision } from '../core/approval/decision.ts';
import { type Refusal, refusalOfDecision } from '../core/approval/policy.ts';
import { standingOf } from '../core/approval/standing.ts';
import { subjectDigest } from '../core/approval/subject.ts';
import type { IncidentEvent } from '../core/incident/events.ts';
import type { FlowNode } from '../core/incident/flow.ts';
import type { ResponsePlanned } from '../core/incident/plan.ts';
import type { IncidentState } from '../core/incident/state.ts';
import type { ComputedValues, ReachedStep } from '../core/playbook/reached.ts';

export type PlanInput = Parameters<StoreActivities['planResponse']>[0];
type SettleInput = Parameters<StoreActivities['settleApproval']>[0];
type DecisionGiven = Pick<Decision, 'approvalId' | 'decision' | 'actor' | 'role' | 'reason'> & { at: string };

type ValuesInput = Parameters<StoreActivities['computeValues']>[0];

/** What is decided when it is reached. */
export interface LaterDecisions {
  planStep(input: ReachedStep): FlowNode | Promise<FlowNode>;
  computeValues(input: ValuesInput): ComputedValues;
}

const decidesNothing: LaterDecisions = {
  planStep: ({ node }) => ({ ...node, skip: { code: 'plan_gone', reason: 'There is no plan' } }),
  computeValues: () => ({ ok: false, code: 'plan_gone', reason: 'there is no plan' }),
};

export class MemoryStore implements StoreActivities {
  readonly events: IncidentEvent[] = [];
  state: IncidentState | undefined;
  readonly approvals = new Map<string, ApprovalRequest>();
  readonly containments: ContainmentRecord[] = [];
  /** Alerts that were accepted for the incident but not delivered: the end must wait for them. */
  lastPosition = 0;
  /** Told when a containment begins to be held. */
  onHeld: (containmentId: string) => void = () => {};
  readonly #decide: (input: PlanInput) => ResponsePlanned;
  readonly #decideLater: LaterDecisions;
  readonly #keys = new Set<string>();
  readonly #decisions: Decision[] = [];
  readonly #ended = new Map<string, ApprovalStanding>();

  /** @param decide what triage decides; asked once for each incident */
  constructor(decide: (input: PlanInput) => ResponsePlanned, decideLater: LaterDecisions = decidesNothing) {
    this.#decide = decide;
    this.#decideLater = decideLater;
  }

  async planResponse(input: PlanInput): Promise<ResponsePlanned> {
    return this.#decide(input);
  }

  async planStep(input: ReachedStep): Promise<FlowNode> {
    return this.#decideLater.planStep(input);
  }

  async computeValues(input: ValuesInput): Promise<ComputedValues> {
    return this.#decideLater.computeValues(input);
  }

  async journal(input: JournalInput): Promise<undefined> {
    for (const [index, event] of input.events.entries()) {
      const key = `${input.state.incidentId}/${input.firstEvent + index}`;
      if (!this.#keys.has(key)) this.events.push(event);
      this.#keys.add(key);
    }
    this.state = input.state;
  }

  async requestApproval(request: ApprovalRequest): Promise<{ approvalId: string; digest: string; expiresAt: string }> {
    const { approvalId } = request;
    const first = this.approvals.get(approvalId) ?? request;
    this.approvals.set(approvalId, first);
    return { approvalId, digest: subjectDigest(first.subject), expiresAt: first.subject.expiresAt };
  }

  async settleApproval({ approvalId, at, cancel = false }: SettleInput): Promise<ApprovalStanding> {
    const before = this.#ended.get(approvalId);
    if (before) return before;
    const standing: ApprovalStanding = standingOf({ approvalId, ...this.#termsOf(approvalId) }, this.#decisions, at);
    const settled = standing.status === 'pending' && cancel ? { ...standing, status: 'cancelled' as const } : standing;
    if (settled.status !== 'pending') this.#ended.set(approvalId, settled);
    return settled;
  }

  /** What the gateway does before it tells the incident. Undefined when the decision is taken. */
  decide({ at, ...given }: DecisionGiven): Refusal | undefined {
    const terms = this.#termsOf(given.approvalId);
    const status = this.#ended.get(given.approvalId)?.status ?? 'pending';
    const decision: Decision = { ...given, digest: terms.digest, decidedAt: at };
    const refusal = refusalOfDecision({ ...terms, status }, { ...decision, at });
    if (!refusal) this.#decisions.push(decision);
    return refusal;
  }

  /** Approvals that still can be decided by this person. */
  openTo(actor: string): ApprovalRequest[] {
    return [...this.approvals.values()].filter(
      ({ approvalId }) =>
        !this.#ended.has(approvalId) &&
        !this.#decisions.some((made) => made.approvalId === approvalId && made.actor === actor),
    );
  }

  /** True when its decisions allow it at this time. */
  async isApproved(approvalId: string | null, at: string): Promise<boolean> {
    if (approvalId === null || !this.approvals.has(approvalId)) return false;
    return (await this.settleApproval({ approvalId, at })).status === 'approved';
  }

  async endIncident(input: JournalInput): Promise<{ behind: boolean }> {
    if (this.lastPosition > input.state.seenThrough) return { behind: true };
    await this.journal(input);
    return { behind: false };
  }

  async mergeIncident(input: JournalInput & { into: string }): Promise<MergeResult> {
    await this.journal(input);
    return { merged: true };
  }

  async recordContainment(record: ContainmentRecord): Promise<void> {
    this.containments.push(record);
    if (record.status === 'held') this.onHeld(record.containmentId);
  }

  async readContainment({ containmentId }: { containmentId: string }): Promise<{ undone: ActionOutcome | null }> {
    const last = this.containments.findLast((record) => record.containmentId === containmentId);
    if (!last) return { undone: { state: 'undone', detail: 'It was never applied' } };
    const isUndone = last.status === 'lifted' || last.status === 'expired';
    return { undone: (isUndone && last.outcome) || null };
  }

  #termsOf(approvalId: string) {
    const request = this.approvals.get(approvalId);
    if (!request) throw new Error(`There is no approval ${approvalId}`);
    const { subject, requestedBy, quorum, roles } = request;
    return { digest: subjectDigest(subject), expiresAt: subject.expiresAt, requestedBy, quorum, roles };
  }
}
