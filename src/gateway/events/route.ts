// Live changes for the console, as server-sent events.

import { liveEvents } from '../../contract/api/operations.ts';
import { Refusal } from '../api/refusal.ts';
import { route } from '../api/route.ts';
import { authenticate } from '../auth/principal.ts';
import { streamChanges } from './stream.ts';

/** Each reader holds a connection open. */
export const mostReaders = 200;

export const eventRoutes = [
  route({
    method: 'get',
    path: '/api/events',
    summary: `Server-sent events: \`${liveEvents.incident}\` when one changed, \`${liveEvents.suppressed}\` when an alert without one or a silence did, \`${liveEvents.resync}\` when some were missed`,
    tag: 'Live',
    access: 'viewer',
    responses: { 200: { description: 'The stream', types: ['text/event-stream'] } },
    handle: async ({ deps, request, response }) => {
      // Asks for the head alone; a stream would hold the connection for nothing.
      if (request.method === 'HEAD') return { kind: 'empty' };
      if (deps.changes.subscribers() >= mostReaders) {
        const detail = `${mostReaders} readers are connected, which is as many as this process takes`;
        throw new Refusal(503, 'too_many_readers', detail, { headers: { 'Retry-After': '10' } });
      }
      await streamChanges({
        response,
        changes: deps.changes,
        isReturning: request.get('last-event-id') !== undefined,
        stillAllowed: async () => (await authenticate(deps.store, request, deps.now())).ok,
      });
      return { kind: 'taken' };
    },
  }),
];
