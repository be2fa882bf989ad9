// The table of routes as an Express router: authenticate, parse, check, call the handler, send what it gives.

import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import express, { type NextFunction, type Request, type Response, Router } from 'express';
import { failureCounter } from '../auth/failed-limit.ts';
import type { Principal } from '../auth/principal.ts';
import type { AppDeps } from '../deps.ts';
import { forbidden, principalFor } from './guard.ts';
import { readInput } from './input.ts';
import { Refusal } from './refusal.ts';
import type { Context, Reply, Route } from './route.ts';

/** Longest body of a request, in bytes. Alerts have their own bound. */
const longestBody = 256 * 1024;

const parseJson = express.json({ limit: longestBody, type: 'application/json', inflate: false });

export function apiRouter(routes: readonly Route[], deps: AppDeps): Router {
  const router = Router({ caseSensitive: true, strict: true });
  const countFailure = failureCounter();
  for (const route of routes) {
    router[route.method](route.path, (request, response) =>
      answer(route, { deps, countFailure, routes, request, response, now: deps.now() }),
    );
  }
  for (const path of new Set(routes.map((route) => route.path))) {
    const methods = routes.filter((route) => route.path === path).map((route) => route.method.toUpperCase());
    router.all(path, refuseMethod(methods));
  }
  return router;
}

type Surroundings = Omit<Context<unknown, unknown, unknown>, 'params' | 'query' | 'body'>;

async function answer(route: Route, surroundings: Surroundings): Promise<void> {
  const { request, response, deps, countFailure } = surroundings;
  response.locals.route = route.path;
  const principal = await principalFor(route, request, deps, countFailure);
  if (route.access !== 'public') response.set('Cache-Control', 'no-store');
  // Routes for everyone have no principal, and their handlers read none.
  const given = { ...surroundings, principal: principal as Principal };
  const refuse = async (refusal: Refusal): Promise<never> => {
    if (principal) await route.onRefused?.(given, refusal);
    throw refusal;
  };
  const isForbidden = principal && forbidden(route, principal, request, deps.publicUrl);
  if (isForbidden) return await refuse(isForbidden);
  if (route.body) await readBody(request, response).catch(refuse);
  const input = readInput(route, request);
  if (input instanceof Refusal) return await refuse(input);
  await send(await route.handle({ ...given, ...input }), response);
}

async function readBody(request: Request, response: Response): Promise<void> {
  const hasBody = request.headers['content-length'] !== '0' && request.is('*/*') !== null;
  if (hasBody && !request.is('application/json')) {
    throw new Refusal(415, 'unsupported_media_type', 'Send the body as Content-Type: application/json');
  }
  await new Promise<void>((resolve, reject) =>
    parseJson(request, response, (error?: unknown) => (error ? reject(bodyRefusal(error)) : resolve())),
  );
}

function bodyRefusal(error: unknown): Refusal {
  const { type } = error as { type?: string };
  if (type === 'entity.too.large') {
    return new Refusal(413, 'body_too_large', `The body is longer than ${longestBody} bytes`);
  }
  if (type?.startsWith('encoding') || type?.startsWith('charset')) {
    return new Refusal(415, 'unsupported_media_type', 'Send the body as UTF-8 without Content-Encoding');
  }
  return new Refusal(400, 'malformed_json', 'The body is not JSON: an object is expected');
}

async function send(reply: Reply, response: Response): Promise<void> {
  switch (reply.kind) {
    case 'json':
      response
        .status(reply.status)
        .set(reply.headers ?? {})
        .json(reply.body);
      return;
    case 'text':
      response
        .status(reply.status)
        .set(reply.headers ?? {})
        .type(reply.type)
        .send(reply.text);
      return;
    case 'lines':
      response.set(reply.headers ?? {}).type(reply.type);
      await pipeline(Readable.from(reply.lines), response);
      return;
    case 'empty':
      response.status(204).end();
      return;
    case 'taken':
      return;
  }
}

function refuseMethod(methods: string[]) {
  return (request: Request, _response: Response, next: NextFunction): void => {
    const allowed = methods.includes('GET') ? [...methods, 'HEAD'] : methods;
    const detail = `${request.method} is not possible here; possible: ${allowed.join(', ')}`;
    next(new Refusal(405, 'method_not_allowed', detail, { headers: { Allow: allowed.join(', ') } }));
  };
}
