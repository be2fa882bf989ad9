// Decisions on approvals, and changes of what is held.

import type { Express, Request, Response } from 'express';
import {
  approval,
  type Containment,
  command,
  decisionRequest,
  decisionResult,
  extendRequest,
  liftRequest,
} from '../../../src/contract/api/index.ts';
import { refusalOfDecision } from '../../../src/core/approval/policy.ts';
import { answer, problem, record } from './reply.ts';
import { makeCommand } from './routes-command.ts';
import { sessionOf } from './routes-session.ts';
import type { World } from './world.ts';

type Emit = (incidentId: string) => void;

export function approvalRoutes(app: Express, world: World, emit: Emit): void {
  const named = (id: string) => world.incidents.flatMap(({ approvals }) => approvals).find((each) => each.id === id);
  app.get('/api/approvals/:id', (request, response) => {
    const found = named(request.params.id);
    if (found) answer(response, approval, found);
    else problem(response, 404, 'approval_not_found', 'There is no such approval.');
  });
  app.post('/api/approvals/:id/decisions', (request, response) => {
    record(world, request);
    const session = sessionOf(request, world);
    const found = named(request.params.id);
    if (!found || !session) {
      problem(response, 404, 'approval_not_found', 'There is no such approval.');
      return;
    }
    const { decision: made, digest, reason } = decisionRequest.parse(request.body);
    const at = new Date().toISOString();
    const refusal = refusalOfDecision(found, {
      ...{ actor: session.actor, role: session.role, digest, at },
      ...{ decision: made, reason: reason ?? null },
    });
    if (refusal) {
      problem(response, 409, refusal.code, refusal.reason);
      return;
    }
    const decision = {
      ...{ id: `decision-${found.id}`, actor: session.actor, role: session.role },
      ...{ decision: made, reason: reason ?? null, decidedAt: at },
    };
    found.decisions.push(decision);
    if (made !== 'reject') found.approvedBy.push(session.actor);
    if (made !== 'approve' || found.approvedBy.length >= found.quorum) {
      found.status = made === 'reject' ? 'rejected' : 'approved';
      found.finishedAt = at;
    }
    const mayActAlone = made === 'approve' && found.you.mayActAlone;
    found.you = { mayDecide: false, mayActAlone, code: 'already_decided', reason: `You decided ${made} at ${at}` };
    emit(found.incidentId);
    answer(response, decisionResult, { decision, approval: found, delivered: true });
  });
}

export function containmentRoutes(app: Express, world: World, emit: Emit): void {
  const change = (request: Request, response: Response, how: (containment: Containment) => void): void => {
    record(world, request);
    const session = sessionOf(request, world);
    const id = request.params.id;
    const found = world.incidents.flatMap(({ containments }) => containments).find((each) => each.id === id);
    if (!found) {
      problem(response, 404, 'containment_not_found', 'There is no such containment.');
      return;
    }
    how(found);
    emit(found.incidentId);
    const key = request.get('idempotency-key') ?? '';
    answer(response, command, makeCommand(found.incidentId, 'hold', session?.actor ?? '', 'done', key));
  };
  app.post('/api/containments/:id/lift', (request, response) =>
    change(request, response, (containment) => {
      liftRequest.parse(request.body);
      Object.assign(containment, {
        status: 'lifted',
        active: false,
        endedAt: new Date().toISOString(),
        endedBy: 'key:ana',
      });
    }),
  );
  app.post('/api/containments/:id/extend', (request, response) =>
    change(request, response, (containment) => {
      const { byMs = 0 } = extendRequest.parse(request.body);
      containment.expiresAt = new Date(Date.parse(containment.expiresAt) + byMs).toISOString();
    }),
  );
}
