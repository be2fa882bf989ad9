// Approvals, and the one way to decide on them.

import { z } from 'zod';
import { auditRefusedDecision, decide } from '../../../approvals/decide.ts';
import {
  approval,
  approvalPage,
  approvalQuery,
  decisionRequest,
  decisionResult,
  id,
} from '../../../contract/api/index.ts';
import { listApprovals, readApproval } from '../../../store/approvals.ts';
import { pageRequest } from '../../../store/cursor.ts';
import type { Store } from '../../../store/database.ts';
import { presentApprovals, presentDecision, type Reader } from '../present/approval.ts';
import { notFound, Refusal } from '../refusal.ts';
import { json, route } from '../route.ts';

const params = z.object({ id });

const statusOfRefusal: Record<string, number> = {
  approval_not_found: 404,
  approver_is_requester: 403,
  role_not_allowed: 403,
  break_glass_not_allowed: 403,
  reason_missing: 400,
};

async function shown(store: Store, approvalId: string, reader: Reader) {
  const row = await readApproval(store, approvalId);
  const [presented] = await presentApprovals(store, row ? [row] : [], reader);
  if (!presented) throw notFound('approval', approvalId);
  return presented;
}

export const approvalRoutes = [
  route({
    method: 'get',
    path: '/api/approvals',
    summary: 'Approvals, newest first; by default those that are pending',
    tag: 'Approvals',
    access: 'viewer',
    query: approvalQuery,
    responses: { 200: { description: 'A page of approvals', schema: approvalPage } },
    handle: async ({ query: { status, incident, cursor, limit }, deps: { store, publicUrl }, principal, now }) => {
      const filter = {
        status: status.includes('all') ? [] : status.filter((wanted) => wanted !== 'all'),
        incidentId: incident,
      };
      const { items, next } = await listApprovals(store, filter, pageRequest({ cursor, limit }));
      return json({ items: await presentApprovals(store, items, { principal, now, publicUrl }), next });
    },
  }),
  route({
    method: 'get',
    path: '/api/approvals/:id',
    summary: 'One approval with its decisions',
    tag: 'Approvals',
    access: 'viewer',
    params,
    responses: { 200: { description: 'The approval', schema: approval } },
    problems: [404],
    handle: async ({ params: { id: approvalId }, deps: { store, publicUrl }, principal, now }) =>
      json(await shown(store, approvalId, { principal, now, publicUrl })),
  }),
  route({
    method: 'post',
    path: '/api/approvals/:id/decisions',
    summary: 'Approve or reject exactly what was read',
    tag: 'Approvals',
    access: 'responder',
    params,
    body: decisionRequest,
    responses: {
      200: { description: 'Decided, and the incident knows', schema: decisionResult },
      202: { description: 'Decided; the incident will be told', schema: decisionResult },
    },
    problems: [404, 409],
    handle: async ({ params: { id: approvalId }, body, deps, principal, now }) => {
      const { store, publicUrl } = deps;
      const { actor, role } = principal;
      const reason = body.reason || null;
      const outcome = await decide(store, deps.decisionKey, {
        ...{ approvalId, digest: body.digest, decision: body.decision, reason, actor, role },
        at: now.toISOString(),
      });
      if (!outcome.ok) throw new Refusal(statusOfRefusal[outcome.code] ?? 409, outcome.code, outcome.reason);
      // Refused means here that the step stopped waiting meanwhile: then there is nobody left to tell.
      const delivered = (await deps.deliver(outcome.decision.decisionId)).status !== 'pending';
      const result = {
        decision: presentDecision(outcome.decision),
        approval: await shown(store, approvalId, { principal, now, publicUrl }),
        delivered,
      };
      return json(result, delivered ? 200 : 202);
    },
    onRefused: async ({ request, deps, principal, now }, { code, message }) => {
      // It may be anything: what the log cannot keep is taken out.
      const approvalId = String(request.params.id).slice(0, 64).toWellFormed().replaceAll('\0', '');
      const { actor, role } = principal;
      await deps.store.transaction().execute(async (trx) => {
        const row = await readApproval(trx, approvalId);
        const attempt = { approvalId, actor, role, at: now.toISOString() };
        await auditRefusedDecision(trx, attempt, row?.incident_id ?? null, { code, reason: message });
      });
    },
  }),
];
