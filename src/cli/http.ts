// Requests to the API: bounded, authenticated, and answered with a value that its schema passed or with a CliError.

import type { z } from 'zod';
import { type Problem, problem } from '../contract/api/problem.ts';
import { CliError } from './errors.ts';
import { howToStart, type Server } from './server.ts';

const timeoutMs = 30_000;

export type Query = Record<string, string | number | boolean | readonly string[] | undefined>;

export interface Http {
  readonly server: Server;
  get<T>(path: string, schema: z.ZodType<T>, query?: Query, options?: { alsoOk?: number }): Promise<T>;
  post<T>(path: string, schema: z.ZodType<T>, body: unknown): Promise<T>;
  /** With headers of the caller's own instead of the API key: as a tool that sends alerts. */
  postAs<T>(path: string, schema: z.ZodType<T>, body: string, headers: Record<string, string>): Promise<T>;
  delete<T>(path: string, schema: z.ZodType<T>): Promise<T>;
  /** The body as it comes; bounded by `signal` alone. */
  stream(path: string, options: { accept: string; signal?: AbortSignal }): Promise<Response>;
}

export function openHttp(server: Server): Http {
  const send = async (method: string, path: string, options: RequestOptions = {}): Promise<Response> => {
    const response = await request(server, method, path, options);
    if (response.ok || response.status === options.alsoOk) return response;
    throw await refusal(server, response);
  };
  const parsed = async <T>(response: Response, schema: z.ZodType<T>): Promise<T> => {
    const result = schema.safeParse(await response.json().catch(() => undefined));
    if (result.success) return result.data;
    const issue = result.error.issues[0];
    throw new CliError(
      'unexpected_answer',
      `${response.url} answered something else than this version expects ` +
        `(${issue?.path.join('.') || 'body'}: ${issue?.message}); are server and command line of the same version?`,
    );
  };
  return {
    server,
    get: async (path, schema, query, options) => parsed(await send('GET', path + queryText(query), options), schema),
    post: async (path, schema, body) => parsed(await send('POST', path, { body: JSON.stringify(body) }), schema),
    postAs: async (path, schema, body, headers) => parsed(await send('POST', path, { body, headers }), schema),
    delete: async (path, schema) => parsed(await send('DELETE', path), schema),
    stream: (path, { accept, signal }) => send('GET', path, { accept, signal: signal ?? null }),
  };
}

interface RequestOptions {
  body?: string;
  /** Default: the API key, and JSON where there is a body. */
  headers?: Record<string, string>;
  accept?: string;
  /** Null: not bounded. Default: the timeout. */
  signal?: AbortSignal | null;
  /** A status that is an answer too, no refusal. */
  alsoOk?: number;
}

async function request(server: Server, method: string, path: string, options: RequestOptions): Promise<Response> {
  const { body, accept = 'application/json', signal = AbortSignal.timeout(timeoutMs) } = options;
  const own = {
    authorization: `Bearer ${server.key}`,
    ...(body !== undefined && { 'content-type': 'application/json' }),
  };
  const headers = { accept, ...(options.headers ?? own) };
  try {
    // No redirect: the key must reach nobody else.
    return await fetch(server.url + path, {
      method,
      headers,
      redirect: 'error',
      signal,
      ...(body !== undefined && { body }),
    });
  } catch (error) {
    throw unreachable(server, error);
  }
}

function unreachable({ url, urlFrom }: Server, error: unknown): unknown {
  const { name, cause } = error as Error;
  if (name === 'AbortError') return error;
  if (name === 'TimeoutError') {
    return new CliError('server_timeout', `${url} did not answer within ${timeoutMs / 1_000} s`, { cause: error });
  }
  const reason = (cause as { code?: string } | undefined)?.code ?? (cause as Error | undefined)?.message ?? 'no answer';
  const advice = urlFrom === 'FIREBREAK_URL' ? 'check FIREBREAK_URL, or start the server there' : howToStart;
  return new CliError('not_running', `Firebreak does not answer at ${url} (${reason}): ${advice}`, { cause: error });
}

async function refusal(server: Server, response: Response): Promise<CliError> {
  const read = problem.safeParse(await response.json().catch(() => undefined));
  if (read.success) return new CliError(read.data.code, sentence(server, response, read.data));
  return new CliError(
    'unexpected_answer',
    `${response.url} answered ${response.status}, and not as Firebreak does; check that ${server.urlFrom} names a Firebreak server`,
  );
}

function sentence(server: Server, response: Response, { status, detail, errors = [] }: Problem): string {
  const fields = errors.map(({ path, message }) => `\n  ${path}: ${message}`).join('');
  if (status === 401) return `${server.url} refused the key in ${server.keyFrom}: ${detail}`;
  const retryAfter = response.headers.get('retry-after');
  if (status === 503 && retryAfter) return `${detail}; try again in ${retryAfter} s`;
  return detail + fields;
}

function queryText(query: Query = {}): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value === undefined || (Array.isArray(value) && value.length === 0)) continue;
    parameters.set(name, String(value));
  }
  return parameters.size > 0 ? `?${parameters}` : '';
}
