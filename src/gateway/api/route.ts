// One route of the API as data: Express, OpenAPI and the tests of who may do what all read the same table.

import type { Request, Response } from 'express';
import type { z } from 'zod';
import type { Role } from '../../core/roles.ts';
import type { CountFailure } from '../auth/failed-limit.ts';
import type { Principal } from '../auth/principal.ts';
import type { AppDeps } from '../deps.ts';
import type { Refusal } from './refusal.ts';

/** `public`: nobody is asked. `local`: open on the same machine, a viewer's key from elsewhere. */
type Access = Role | 'public' | 'local';

/** A reply that handlers give. `taken`: the handler writes the response itself. */
export type Reply =
  | { kind: 'json'; status: number; body: unknown; headers?: Record<string, string> }
  | { kind: 'text'; status: number; type: string; text: string; headers?: Record<string, string> }
  | { kind: 'lines'; type: string; lines: AsyncIterable<string>; headers?: Record<string, string> }
  | { kind: 'empty' }
  | { kind: 'taken' };

export interface Context<Params, Query, Body> {
  params: Params;
  query: Query;
  body: Body;
  deps: AppDeps;
  now: Date;
  /** Counts a wrong key that came in a body. */
  countFailure: CountFailure;
  /** All routes, for their description. */
  routes: readonly Route[];
  request: Request;
  response: Response;
}

/** `principal` is there unless the route is open to everyone. */
export type Handler<Params, Query, Body> = (
  context: Context<Params, Query, Body> & { principal: Principal },
) => Promise<Reply> | Reply;

interface ResponseSpec {
  description: string;
  /** Absent when there is no body, or when `types` are not JSON. */
  schema?: z.ZodType;
  types?: string[];
}

export interface Route {
  method: 'get' | 'post' | 'delete';
  /** With parameters as Express has them: `/api/incidents/:id`. */
  path: string;
  summary: string;
  tag: string;
  access: Access;
  params?: z.ZodObject;
  query?: z.ZodObject;
  body?: z.ZodType;
  /** Request headers that it reads, for the document only. */
  headers?: z.ZodObject;
  responses: Record<number, ResponseSpec>;
  /** Problems beside 400, 401, 403 and 503, which follow from the rest. */
  problems?: readonly number[];
  handle: Handler<unknown, unknown, unknown>;
  /** Told when the request is refused before the handler: role, origin or form. */
  onRefused?: (
    context: Omit<Context<unknown, unknown, unknown>, 'params' | 'query' | 'body'> & { principal: Principal },
    refusal: Refusal,
  ) => Promise<void>;
}

type OutputOf<Schema> = Schema extends z.ZodType ? z.output<Schema> : undefined;

/** Types the handler by the route's own schemas. */
export function route<
  Params extends z.ZodObject | undefined = undefined,
  Query extends z.ZodObject | undefined = undefined,
  Body extends z.ZodType | undefined = undefined,
>(
  spec: Omit<Route, 'params' | 'query' | 'body' | 'handle'> & {
    params?: Params;
    query?: Query;
    body?: Body;
    handle: Handler<OutputOf<Params>, OutputOf<Query>, OutputOf<Body>>;
  },
): Route {
  return spec as unknown as Route;
}

export const json = (body: unknown, status = 200, headers: Record<string, string> = {}): Reply => ({
  kind: 'json',
  status,
  body,
  headers,
});
