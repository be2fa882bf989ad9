// Whether the process lives, and whether an alert would be handled.

import { health, type Readiness, readiness } from '../contract/api/operations.ts';
import { json, route } from './api/route.ts';

/** A readiness check that takes longer than this is a failed one. */
const readinessWithinMs = 5_000;

export const healthRoutes = [
  route({
    method: 'get',
    path: '/healthz',
    summary: 'The process lives',
    tag: 'Health',
    access: 'public',
    responses: { 200: { description: 'It does', schema: health } },
    handle: () => json({ status: 'ok' }),
  }),
  route({
    method: 'get',
    path: '/readyz',
    summary: 'Whether an alert would be handled now',
    tag: 'Health',
    access: 'public',
    responses: {
      200: { description: 'It would', schema: readiness },
      503: { description: 'It would not; the checks say why', schema: readiness },
    },
    handle: async ({ deps }) => {
      const state = await within(deps.readiness());
      return json(state, state.ready ? 200 : 503);
    },
  }),
];

async function within(state: Promise<Readiness>): Promise<Readiness> {
  const timer = Promise.withResolvers<Readiness>();
  const timeout = setTimeout(() => timer.resolve(notAnswered), readinessWithinMs);
  try {
    return await Promise.race([state, timer.promise]);
  } catch (error) {
    return {
      ready: false,
      checks: { readiness: { ok: false, detail: error instanceof Error ? error.name : 'failed' } },
    };
  } finally {
    clearTimeout(timeout);
  }
}

const notAnswered: Readiness = {
  ready: false,
  checks: { readiness: { ok: false, detail: `no answer within ${readinessWithinMs} ms` } },
};
