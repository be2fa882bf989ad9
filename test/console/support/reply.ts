// How the tests' server answers.

import type { Request, Response } from 'express';
import type { z } from 'zod';
import type { World } from './world.ts';

/** Answers with what the contract says, or fails the request: a test must not pass on an answer that cannot be. */
export function answer<Schema extends z.ZodType>(
  response: Response,
  schema: Schema,
  body: z.output<Schema>,
  status = 200,
): void {
  response.status(status).json(schema.parse(body));
}

export function problem(response: Response, status: number, code: string, detail: string): void {
  response
    .status(status)
    .type('application/problem+json')
    .send(JSON.stringify({ type: 'about:blank', title: code, status, code, detail }));
}

export function record(world: World, { method, path, body, headers }: Request): void {
  world.received.push({ method, path, body, headers });
}
