// Approvals and decisions. A GET never decides: the only way is a POST with the digest of what was read.

import { z } from 'zod';
import { decisionKinds } from '../../core/approval/decision.ts';
import { actor, id, json, listOf, mode, page, pageQuery, reason, role, severity, time } from './common.ts';

export const approvalStatuses = ['pending', 'approved', 'rejected', 'expired', 'cancelled'] as const;

const approvalSubject = z
  .object({
    incidentId: id,
    stepId: z.string(),
    action: z.string(),
    target: z.string(),
    params: json,
    mode,
    holdMs: z.number().nullable().meta({ description: 'How long it is held before it is undone; null: it is not' }),
    undo: z
      .object({ action: z.string(), target: z.string(), params: json })
      .optional()
      .meta({ description: 'What would take it back, where the step brings an undo of its own' }),
    planDigest: z.string(),
    expiresAt: time,
  })
  .meta({ id: 'ApprovalSubject', description: 'Exactly what will be done' });

const mayActAlone = z.boolean().meta({ description: 'Whether the asking key may break the glass now' });

const decision = z
  .object({
    id,
    actor,
    role,
    decision: z.enum(decisionKinds),
    reason: z.string().nullable(),
    decidedAt: time,
  })
  .meta({ id: 'Decision' });
export type Decision = z.infer<typeof decision>;

export const approval = z
  .object({
    id,
    incidentId: id,
    incidentUrl: z.string(),
    incidentTitle: z.string(),
    severity,
    stepId: z.string(),
    title: z.string(),
    status: z.enum(approvalStatuses),
    digest: z.string().meta({ description: 'SHA-256 of the canonical JSON (RFC 8785) of the subject, hex' }),
    subject: approvalSubject,
    requestedBy: actor,
    requestedAt: time,
    expiresAt: time,
    finishedAt: time.nullable(),
    quorum: z.number().int().meta({ description: 'How many different people must approve' }),
    approvedBy: z.array(actor),
    roles: z.array(z.string()).meta({ description: 'Who may decide' }),
    breakGlass: z.boolean().meta({ description: 'An administrator may act alone' }),
    decisions: z.array(decision),
    /** Whether the asking key may decide now; otherwise why not. */
    you: z.discriminatedUnion('mayDecide', [
      z.object({ mayDecide: z.literal(true), mayActAlone }),
      z.object({ mayDecide: z.literal(false), mayActAlone, code: z.string(), reason: z.string() }),
    ]),
  })
  .meta({ id: 'Approval' });
export type Approval = z.infer<typeof approval>;

export const approvalPage = page(approval);

export const approvalQuery = z.object({
  ...pageQuery,
  status: listOf([...approvalStatuses, 'all']).default(['pending']),
  incident: id.optional(),
});

export const decisionRequest = z.strictObject({
  decision: z
    .enum(decisionKinds)
    .meta({ description: 'break_glass: an administrator approves alone and says why, where approvals.yaml allows it' }),
  digest: z
    .string()
    .regex(/^[0-9a-f]{64}$/, 'must be the digest of the approval: 64 hex digits')
    .meta({ description: 'Of the approval as it was read: whoever decides, decides on exactly this' }),
  reason: reason.optional(),
});
export type DecisionRequest = z.infer<typeof decisionRequest>;

export const decisionResult = z
  .object({
    decision,
    approval,
    /** False when the incident has not been told yet; it will be. */
    delivered: z.boolean(),
  })
  .meta({ id: 'DecisionResult' });
export type DecisionResult = z.infer<typeof decisionResult>;
