import { once } from 'node:events';
import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { atLeast, roles } from '../../../src/core/roles.ts';
import { openApiPath } from '../../../src/gateway/api/openapi.ts';
import type { Route } from '../../../src/gateway/api/route.ts';
import { routes } from '../../../src/gateway/api/routes/index.ts';
import { startTestGateway, type TestGateway } from '../api/gateway.ts';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startTestGateway();
});
afterAll(() => gateway.close());

const guarded = routes.filter((route) => route.access !== 'public' && route.access !== 'local');
const nameOf = (route: Route): string => `${route.method.toUpperCase()} ${openApiPath(route.path)}`;

/**
 * Only the status: the stream of live changes does not end. Each route is asked from an address of its own, as wrong keys
 * are counted by address.
 */
async function statusOf(route: Route, key: string | null): Promise<number> {
  const sent = request(gateway.url + route.path.replaceAll(/:\w+/g, 'nothing-here'), {
    method: route.method.toUpperCase(),
    localAddress: `127.0.0.${guarded.indexOf(route) + 2}`,
    headers: { ...(key && { authorization: `Bearer ${key}` }) },
  });
  sent.end();
  const [response] = await once(sent, 'response');
  response.destroy();
  return response.statusCode;
}

describe.each(guarded.map((route) => [nameOf(route), route] as const))('%s', (_name, route) => {
  it('asks those without a key for one', async () => {
    expect(await statusOf(route, null)).toBe(401);
    expect(await statusOf(route, 'fbk_000000000000_0000000000000000000000000000000000000000')).toBe(401);
  });

  it.each(roles)('lets %s in exactly when the role is enough', async (role) => {
    const status = await statusOf(route, gateway.keys[role]);
    const isEnough = route.access !== 'public' && route.access !== 'local' && atLeast(role, route.access);
    if (isEnough) expect([200, 204, 400, 404]).toContain(status);
    else expect(status).toBe(403);
  });
});

it('leaves open only what has to be', () => {
  const open = routes.filter((route) => !guarded.includes(route)).map(nameOf);
  expect(open.sort()).toEqual([
    'GET /healthz',
    'GET /metrics',
    'GET /openapi.json',
    'GET /readyz',
    'POST /api/session',
  ]);
});
