// The last stop of every request that was not answered: problem+json with a stable code, and nothing about our insides.

import { STATUS_CODES } from 'node:http';
import type { ErrorRequestHandler, Request, Response } from 'express';
import type { Logger } from 'pino';
import type { Problem } from '../contract/api/problem.ts';
import { InvalidCursor } from '../store/cursor.ts';
import { isUnavailable } from '../store/database.ts';
import { Refusal } from './api/refusal.ts';

/** Senders and pollers come again after this, in seconds. */
const retryAfterS = '5';

export function errorHandler(log: Logger): ErrorRequestHandler {
  // Express knows error handlers by their four parameters.
  return (error: unknown, request: Request, response: Response, _next) => {
    if (response.headersSent) {
      // Too late to say anything: cutting the connection tells that the body is not whole.
      response.destroy();
      return;
    }
    const refusal = toRefusal(error);
    if (refusal.status >= 500) (request.log ?? log).error({ err: error, requestId: request.id }, 'Request failed');
    sendProblem(response, refusal, request);
  };
}

function toRefusal(error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  if (error instanceof InvalidCursor) return new Refusal(400, error.code, error.message);
  if (isUnavailable(error)) {
    const detail = 'The database cannot be reached; try again shortly';
    return new Refusal(503, 'store_unavailable', detail, { headers: { 'Retry-After': retryAfterS } });
  }
  // What Express itself refuses: a path that is not valid percent-encoding.
  if (error instanceof URIError) return new Refusal(400, 'malformed_path', 'The path is not valid percent-encoding');
  return new Refusal(500, 'internal_error', 'Something went wrong here; the log has the details under the request id');
}

function sendProblem(response: Response, refusal: Refusal, request: Request): void {
  const { status, code, message, errors, headers } = refusal;
  const problem: Problem = {
    type: `urn:firebreak:problem:${code}`,
    title: STATUS_CODES[status] ?? 'Error',
    ...{ status, code, detail: message },
    ...(request.id !== undefined && { requestId: String(request.id) }),
    ...(errors && { errors }),
  };
  response.status(status).set({ 'Cache-Control': 'no-store', ...headers });
  response.type('application/problem+json').send(JSON.stringify(problem));
}
