// Takes a decision: checks it against its approval, signs it, and stores it with its audit entry and the command that
// tells the incident, in one transaction. Every refusal is audited too.

import { incidentWorkflowId } from '../contract/names.ts';
import type { DecisionKind } from '../core/approval/decision.ts';
import { type Refusal, refusalOfDecision } from '../core/approval/policy.ts';
import type { Sign } from '../core/audit/checkpoint.ts';
import { decisionIdOf } from '../core/ids.ts';
import { lockApproval } from '../store/approvals.ts';
import { appendAudit } from '../store/audit.ts';
import { insertCommand } from '../store/commands.ts';
import type { Store, Trx } from '../store/database.ts';
import { decisionsOf, insertDecision, type StoredDecision } from '../store/decisions.ts';
import { signDecision } from './sign.ts';

export interface DecisionInput {
  approvalId: string;
  digest: string;
  decision: DecisionKind;
  reason: string | null;
  actor: string;
  role: string;
  /** ISO-8601 in UTC with milliseconds. */
  at: string;
}

export type DecisionOutcome = { ok: true; decision: StoredDecision } | ({ ok: false } & Refusal);

/** Deciding the same again is no refusal: the first decision is given back. Its id is also the command's. */
export async function decide(store: Store, key: Sign, input: DecisionInput): Promise<DecisionOutcome> {
  return await store.transaction().execute(async (trx) => {
    const approval = await lockApproval(trx, input.approvalId);
    if (!approval) {
      return await refuse(trx, input, null, {
        code: 'approval_not_found',
        reason: `There is no approval ${input.approvalId}`,
      });
    }
    const made = (await decisionsOf(trx, [input.approvalId])).filter(({ actor }) => actor === input.actor);
    // Who approved with others may still act alone when the others do not come.
    const earlier = made.find(({ decision }) => input.decision !== 'break_glass' || decision !== 'approve');
    if (earlier?.decision === input.decision && earlier.digest === input.digest) return { ok: true, decision: earlier };
    const refusal = earlier
      ? { code: 'already_decided', reason: `${input.actor} decided ${earlier.decision} at ${earlier.decidedAt}` }
      : refusalOfDecision(
          {
            digest: approval.digest,
            requestedBy: approval.requested_by,
            quorum: approval.quorum,
            roles: approval.roles,
            expiresAt: approval.expires_at.toISOString(),
            breakGlass: approval.break_glass,
            status: approval.status,
          },
          input,
        );
    if (refusal) return await refuse(trx, input, approval.incident_id, refusal);
    return { ok: true, decision: await record(trx, key, input, approval.incident_id) };
  });
}

async function record(trx: Trx, key: Sign, input: DecisionInput, incidentId: string): Promise<StoredDecision> {
  const { approvalId, digest, decision, actor, role, reason, at } = input;
  const decisionId = decisionIdOf(approvalId, actor, decision === 'break_glass');
  const signed = signDecision({ approvalId, digest, decision, actor, role, decidedAt: at, reason }, key);
  await insertDecision(trx, { ...signed, decisionId });
  await insertCommand(trx, {
    commandId: decisionId,
    incidentId,
    workflowId: incidentWorkflowId(incidentId),
    payload: { type: 'decide', approvalId, decision },
    actor,
    actorRole: role,
    at,
  });
  await appendAudit(trx, [
    {
      at,
      actor,
      kind: 'decision_recorded',
      incidentId,
      key: `decision/${decisionId}`,
      data: { decisionId, ...signed },
    },
    ...(decision === 'break_glass'
      ? [
          {
            at,
            actor,
            kind: 'break_glass_used',
            incidentId,
            key: `break_glass/${decisionId}`,
            data: { approvalId, reason },
          },
        ]
      : []),
  ]);
  return { ...signed, decisionId };
}

/** Puts a refused decision on the audit log. Without a key: each attempt is an entry of its own. */
export async function auditRefusedDecision(
  trx: Trx,
  {
    approvalId,
    decision,
    digest,
    actor,
    role,
    at,
  }: Omit<DecisionInput, 'reason' | 'decision' | 'digest'> & Partial<Pick<DecisionInput, 'decision' | 'digest'>>,
  incidentId: string | null,
  { code, reason }: Refusal,
): Promise<void> {
  const data = { approvalId, decision, digest, role, code, reason };
  await appendAudit(trx, [{ at, actor, kind: 'decision_refused', ...(incidentId && { incidentId }), data }]);
}

async function refuse(
  trx: Trx,
  input: DecisionInput,
  incidentId: string | null,
  refusal: Refusal,
): Promise<DecisionOutcome> {
  await auditRefusedDecision(trx, input, incidentId, refusal);
  return { ok: false, ...refusal };
}
