// Talks to the gateway: JSON in, JSON out, refusals as ApiError. The session is a cookie that scripts cannot read.

import type { Problem, requestHeader as RequestHeader } from '../../contract/api/index.ts';
import { noteServerTime } from '../ui/clock.ts';

/** Typed by the contract instead of imported, so that the schemas stay out of the bundle. */
const requestHeader: typeof RequestHeader = { name: 'X-Firebreak-Request', value: '1' };

const timeoutMs = 20_000;

/** A refusal or a failure, in words for people. `status` is 0 when there was no answer. */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  readonly fields: { path: string; message: string }[];

  constructor(status: number, code: string, detail: string, fields: { path: string; message: string }[] = []) {
    super(detail);
    this.name = 'ApiError';
    this.status = status;
    this.code = code;
    this.fields = fields;
  }
}

interface RequestOptions {
  body?: unknown;
  signal?: AbortSignal;
  idempotencyKey?: string;
}

export const get = <T>(path: string, signal?: AbortSignal): Promise<T> =>
  request<T>('GET', path, signal === undefined ? {} : { signal });
export const post = <T>(path: string, body: unknown, more: { idempotencyKey?: string } = {}): Promise<T> =>
  request<T>('POST', path, { body, ...more });
export const remove = (path: string): Promise<void> => request<void>('DELETE', path);

async function request<T>(method: string, path: string, options: RequestOptions = {}): Promise<T> {
  const { body, signal, idempotencyKey } = options;
  const timeout = AbortSignal.timeout(timeoutMs);
  let response: Response;
  try {
    response = await fetch(path, {
      method,
      headers: {
        accept: 'application/json',
        [requestHeader.name]: requestHeader.value,
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...(idempotencyKey !== undefined && { 'idempotency-key': idempotencyKey }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      credentials: 'same-origin',
      signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
    });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw unanswered(method, timeout.aborted);
  }
  noteServerTime(response.headers.get('date'));
  if (!response.ok) throw await refusal(response);
  if (response.status === 204) return undefined as T;
  return (await readJson(response)) as T;
}

function unanswered(method: string, timedOut: boolean): ApiError {
  const what = timedOut ? `No answer within ${timeoutMs / 1000} s` : 'The gateway cannot be reached';
  // A change that got no answer may still have been taken; saying "failed" would be a guess.
  const then = method === 'GET' ? '' : ' It may have been taken or not. Trying again is safe: it is done only once.';
  return new ApiError(0, timedOut ? 'timeout' : 'unreachable', `${what}.${then}`);
}

async function refusal(response: Response): Promise<ApiError> {
  const isProblem = response.headers.get('content-type')?.startsWith('application/problem+json');
  if (!isProblem) return new ApiError(response.status, 'no_problem', `The server answered ${response.status}.`);
  const { code, detail, errors } = (await readJson(response)) as Problem;
  return new ApiError(response.status, code, detail, errors);
}

async function readJson(response: Response): Promise<unknown> {
  try {
    return await response.json();
  } catch {
    throw new ApiError(response.status, 'not_json', `The server's answer (${response.status}) is not JSON.`);
  }
}

/** `/api/x?a=1&b=2`; what is undefined or empty is left out. */
export function address(path: string, query: Record<string, string | number | undefined>): string {
  const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== '');
  const search = new URLSearchParams(given.map(([name, value]): [string, string] => [name, String(value)]));
  return search.size === 0 ? path : `${path}?${search}`;
}

/** A path with each part encoded. */
export const path = (...parts: string[]): string => `/api/${parts.map(encodeURIComponent).join('/')}`;
