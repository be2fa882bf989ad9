// Signing in and out.

import type { Express, Request } from 'express';
import { session, sessionRequest } from '../../../src/contract/api/index.ts';
import { answer, problem, record } from './reply.ts';
import type { World } from './world.ts';

const cookieName = 'firebreak_session';

export function sessionOf(request: Request, world: World) {
  const token = new RegExp(`(?:^|; )${cookieName}=([^;]+)`).exec(request.headers.cookie ?? '')?.[1];
  const holder = token === undefined ? undefined : world.keys.get(token);
  return (
    holder && { ...holder, actor: `key:${holder.name}`, expiresAt: new Date(Date.now() + 3_600_000).toISOString() }
  );
}

export function sessionRoutes(app: Express, world: World): void {
  app.post('/api/session', (request, response) => {
    record(world, request);
    const { key } = sessionRequest.parse(request.body);
    const holder = world.keys.get(key);
    if (!holder) {
      problem(response, 401, 'key_invalid', 'The API key is unknown or revoked.');
      return;
    }
    response.cookie(cookieName, key, { httpOnly: true, sameSite: 'strict', path: '/' });
    const expiresAt = new Date(Date.now() + 3_600_000).toISOString();
    answer(response, session, { ...holder, actor: `key:${holder.name}`, expiresAt }, 201);
  });
  app.get('/api/session', (request, response) => {
    const found = sessionOf(request, world);
    if (found) answer(response, session, found);
    else problem(response, 401, 'authentication_required', 'Sign in.');
  });
  app.delete('/api/session', (request, response) => {
    record(world, request);
    response.clearCookie(cookieName).status(204).end();
  });
}
