// Reads the parts of a request with the route's schemas. Says of each wrong field where it is and what would be right.

import type { Request } from 'express';
import type { z } from 'zod';
import { type FieldError, Refusal } from './refusal.ts';
import type { Route } from './route.ts';

export interface Input {
  params: unknown;
  query: unknown;
  body: unknown;
}

/** The checked parts, or the refusal that names every wrong field. */
export function readInput(route: Route, request: Request): Input | Refusal {
  const errors: FieldError[] = [];
  const read = (part: keyof Input, schema: z.ZodType | undefined, value: unknown): unknown => {
    if (!schema) return undefined;
    const parsed = schema.safeParse(value);
    if (parsed.success) return parsed.data;
    errors.push(...parsed.error.issues.map((issue) => toFieldError(part, issue)));
    return undefined;
  };
  const input = {
    params: read('params', route.params, request.params),
    query: read('query', route.query, request.query),
    // A POST without a body says the same as an empty object.
    body: read('body', route.body, request.body ?? {}),
  };
  if (errors.length === 0) return input;
  const detail = errors.map((error) => `${error.path}: ${error.message}`).join('; ');
  return new Refusal(400, 'invalid_request', detail, { errors });
}

function toFieldError(part: string, issue: z.core.$ZodIssue): FieldError {
  return { path: [part, ...issue.path.map(String)].join('.'), message: issue.message };
}
