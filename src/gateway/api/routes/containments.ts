// Containments: what is held, and ending it sooner or later.

import { z } from 'zod';
import {
  command,
  containment,
  containmentPage,
  containmentQuery,
  type ExtendRequest,
  extendRequest,
  id,
  liftRequest,
  longestHoldMs,
} from '../../../contract/api/index.ts';
import type { HoldChange } from '../../../contract/messages.ts';
import { containmentWorkflowId } from '../../../contract/names.ts';
import type { Json } from '../../../core/canonical.ts';
import { isActive, listContainments, readContainment } from '../../../store/containments-read.ts';
import { pageRequest } from '../../../store/cursor.ts';
import type { Principal } from '../../auth/principal.ts';
import type { AppDeps } from '../../deps.ts';
import { commandIdFor, deliver, earlierCommand, submit } from '../commands.ts';
import { idempotencyHeaders, readIdempotencyKey } from '../idempotency.ts';
import { showPage } from '../page.ts';
import { presentContainment } from '../present/containment.ts';
import { notFound, Refusal } from '../refusal.ts';
import { type Context, json, type Reply, route } from '../route.ts';

const params = z.object({ id });
type Row = NonNullable<Awaited<ReturnType<typeof readContainment>>>;

const changes = {
  access: 'responder',
  tag: 'Containments',
  method: 'post',
  headers: idempotencyHeaders,
  responses: {
    200: { description: 'Done', schema: command },
    202: { description: 'Stored; it will be delivered', schema: command },
  },
  problems: [404, 409],
} as const;

export const containmentRoutes = [
  route({
    method: 'get',
    path: '/api/containments',
    summary: 'Containments, newest first',
    tag: 'Containments',
    access: 'viewer',
    query: containmentQuery,
    responses: { 200: { description: 'A page of containments', schema: containmentPage } },
    handle: async ({ query: { cursor, limit, incident, ...filter }, deps }) => {
      const found = await listContainments(
        deps.store,
        { ...filter, incidentId: incident },
        pageRequest({ cursor, limit }),
      );
      return json(showPage(found, (row) => presentContainment(row, deps)));
    },
  }),
  route({
    method: 'get',
    path: '/api/containments/:id',
    summary: 'One containment',
    tag: 'Containments',
    access: 'viewer',
    params,
    responses: { 200: { description: 'The containment', schema: containment } },
    problems: [404],
    handle: async ({ params: { id: containmentId }, deps }) =>
      json(presentContainment(await mustBeThere(deps, containmentId), deps)),
  }),
  route({
    ...changes,
    path: '/api/containments/:id/lift',
    summary: 'Undo it now',
    params,
    body: liftRequest,
    handle: (context) =>
      change(context, { type: 'lift', ...context.body }, (_row, base) => ({ type: 'lift', ...base })),
  }),
  route({
    ...changes,
    path: '/api/containments/:id/extend',
    summary: `Hold it longer, up to ${longestHoldMs / 86_400_000} days in all`,
    params,
    body: extendRequest,
    handle: (context) =>
      change(context, { type: 'extend', ...context.body }, (row, base) => ({
        type: 'extend',
        ...base,
        expiresAt: newEnd(row, context.body, context.now),
      })),
  }),
];

async function mustBeThere({ store }: AppDeps, containmentId: string): Promise<Row> {
  const row = await readContainment(store, containmentId);
  if (!row) throw notFound('containment', containmentId);
  return row;
}

type Base = Pick<HoldChange, 'commandId' | 'actor' | 'reason'>;
type ChangeContext = Context<{ id: string }, unknown, { reason?: string | undefined }> & { principal: Principal };

async function change(
  { params: { id: containmentId }, body, deps, principal, request, now }: ChangeContext,
  asked: { readonly [name: string]: Json | undefined },
  toChange: (row: Row, base: Base) => HoldChange,
): Promise<Reply> {
  const row = await mustBeThere(deps, containmentId);
  const commandId = commandIdFor(principal, readIdempotencyKey(request));
  const full = { containmentId, ...asked };
  if (await earlierCommand(deps, commandId, full)) return await deliver(deps, commandId);
  if (!isActive(row.status)) {
    throw new Refusal(409, 'containment_ended', `The containment is ${row.status}; there is nothing left to change`);
  }
  const { actor, role } = principal;
  const command = {
    ...{ commandId, actor, actorRole: role, incidentId: row.incident_id, at: now.toISOString() },
    workflowId: containmentWorkflowId(containmentId),
    payload: toChange(row, { commandId, actor, reason: body.reason ?? '' }),
  };
  return await submit(deps, command, full);
}

/** Later than it ends now, and within the longest hold. */
function newEnd(row: Row, { expiresAt, byMs }: ExtendRequest, now: Date): string {
  const currentMs = row.expires_at.getTime();
  const endMs = expiresAt === undefined ? currentMs + (byMs ?? 0) : Date.parse(expiresAt);
  if (endMs <= Math.max(currentMs, now.getTime())) {
    const detail = `It is held until ${row.expires_at.toISOString()}; give a later time, or lift it to end it sooner`;
    throw new Refusal(409, 'not_an_extension', detail);
  }
  const latestMs = (row.applied_at ?? row.created_at).getTime() + longestHoldMs;
  if (endMs > latestMs) {
    const detail = `A containment is held for ${longestHoldMs / 86_400_000} days at most; the latest end is ${new Date(latestMs).toISOString()}`;
    throw new Refusal(409, 'held_too_long', detail);
  }
  return new Date(endMs).toISOString();
}
