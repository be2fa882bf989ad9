// Silences: made, shown, ended before their time.

import { z } from 'zod';
import {
  id,
  longestSilenceMs,
  type Silence,
  type SilenceRequest,
  silence,
  silencePage,
  silenceQuery,
  silenceRequest,
} from '../../../contract/api/index.ts';
import { pageRequest } from '../../../store/cursor.ts';
import type { Store } from '../../../store/database.ts';
import {
  createSilence,
  expireSilence,
  listSilences,
  mostSilences,
  type NewSilence,
  readSilence,
  type SilenceRow,
  wasCreatedAs,
} from '../../../store/silences.ts';
import { idempotencyHeaders, idOfRequested, keyReused, readIdempotencyKey } from '../idempotency.ts';
import { showPage } from '../page.ts';
import { notFound, Refusal } from '../refusal.ts';
import { json, route } from '../route.ts';

const params = z.object({ id });
const idLength = 14;

export const silenceRoutes = [
  route({
    method: 'get',
    path: '/api/silences',
    summary: 'Silences, newest first; those that are over only when asked for',
    tag: 'Silences',
    access: 'viewer',
    query: silenceQuery,
    responses: { 200: { description: 'A page of silences', schema: silencePage } },
    handle: async ({ query: { cursor, limit, state }, deps, now }) =>
      json(
        showPage(await listSilences(deps.store, state, pageRequest({ cursor, limit })), (row) =>
          presentSilence(row, now),
        ),
      ),
  }),
  route({
    method: 'get',
    path: '/api/silences/:id',
    summary: 'One silence',
    tag: 'Silences',
    access: 'viewer',
    params,
    responses: { 200: { description: 'The silence', schema: silence } },
    problems: [404],
    handle: async ({ params: { id: silenceId }, deps, now }) =>
      json(presentSilence(await mustBeThere(deps.store, silenceId), now)),
  }),
  route({
    method: 'post',
    path: '/api/silences',
    summary: 'Keep alerts from incidents for a time; those that still fire afterwards become incidents',
    tag: 'Silences',
    access: 'responder',
    body: silenceRequest,
    headers: idempotencyHeaders,
    responses: { 201: { description: 'The silence, as it stands when the request is a repeat', schema: silence } },
    problems: [409],
    handle: async ({ body, deps: { store }, principal, request, now }) => {
      const silenceId = idOfRequested('silence', idLength, principal, readIdempotencyKey(request));
      const { matchers, reason } = body;
      const askedAt = (at: Date): NewSilence => ({
        ...{ silenceId, matchers, reason, owner: principal.actor, at: at.toISOString() },
        ...timesOf(body, at),
      });
      const earlier = await earlierSilence(store, silenceId, askedAt);
      if (earlier) return json(presentSilence(earlier, now), 201);
      if (!(await createSilence(store, askedAt(now)))) {
        const detail = `There are ${mostSilences} silences that have not expired; expire some first`;
        throw new Refusal(409, 'too_many_silences', detail);
      }
      // Two requests with one key at the same time: the second finds what the first stored.
      await earlierSilence(store, silenceId, askedAt);
      return json(presentSilence(await mustBeThere(store, silenceId), now), 201);
    },
  }),
  route({
    method: 'delete',
    path: '/api/silences/:id',
    summary: 'Expire a silence now; it stays on record',
    tag: 'Silences',
    access: 'responder',
    params,
    responses: { 200: { description: 'The expired silence', schema: silence } },
    problems: [404, 409],
    handle: async ({ params: { id: silenceId }, deps, principal, now }) => {
      await mustBeThere(deps.store, silenceId);
      if (!(await expireSilence(deps.store, silenceId, principal.actor, now.toISOString()))) {
        throw new Refusal(409, 'silence_expired', 'The silence is over already');
      }
      return json(presentSilence(await mustBeThere(deps.store, silenceId), now));
    },
  }),
];

async function mustBeThere(store: Store, silenceId: string): Promise<SilenceRow> {
  const row = await readSilence(store, silenceId);
  if (!row) throw notFound('silence', silenceId);
  return row;
}

/**
 * The silence that an earlier request with this key made; refuses when that asked for something else. A length is one from
 * when it was first asked for.
 */
async function earlierSilence(
  store: Store,
  silenceId: string,
  askedAt: (at: Date) => NewSilence,
): Promise<SilenceRow | undefined> {
  const earlier = await readSilence(store, silenceId);
  if (earlier && !(await wasCreatedAs(store, askedAt(earlier.created_at)))) throw keyReused();
  return earlier;
}

function timesOf({ startsAt, endsAt, forMs }: SilenceRequest, now: Date): { startsAt: string; endsAt: string } {
  const startMs = startsAt === undefined ? now.getTime() : Date.parse(startsAt);
  const endMs = endsAt === undefined ? startMs + (forMs ?? 0) : Date.parse(endsAt);
  if (endMs <= Math.max(startMs, now.getTime())) {
    throw new Refusal(400, 'invalid_request', 'endsAt: must be after startsAt and in the future');
  }
  if (endMs - startMs > longestSilenceMs) {
    const days = longestSilenceMs / 86_400_000;
    throw new Refusal(
      400,
      'invalid_request',
      `A silence lasts ${days} days at most; what is longer belongs in the plan`,
    );
  }
  return { startsAt: new Date(startMs).toISOString(), endsAt: new Date(endMs).toISOString() };
}

function presentSilence(row: SilenceRow, askedAt: Date): Silence {
  // A repeat at the same time may have been asked a moment before the one that made it.
  const now = row.created_at > askedAt ? row.created_at : askedAt;
  return {
    id: row.silence_id,
    matchers: row.matchers,
    owner: row.owner,
    reason: row.reason,
    startsAt: row.starts_at.toISOString(),
    endsAt: row.ends_at.toISOString(),
    createdAt: row.created_at.toISOString(),
    state: row.ends_at <= now ? 'expired' : row.starts_at > now ? 'pending' : 'active',
    expiredBy: row.expired_by,
  };
}
