// A real HTTP server that speaks as much of the API's contract as a test gives it.

import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';

interface Received {
  method: string;
  /** Path and query. */
  url: string;
  headers: IncomingMessage['headers'];
  body: string;
}

/** A value is answered as JSON with 200; a function answers by itself. */
export type Answer = object | ((request: Received, response: ServerResponse) => void);

export interface ApiServer {
  url: string;
  /** FIREBREAK_URL and a key. */
  environment: Record<string, string>;
  received: Received[];
  /** Ends the connections that are open. */
  disconnect(): void;
}

export const key = 'fbk_test_key';

/** `routes` by method and path, as in `GET /api/incidents`. */
export async function apiServer(routes: Record<string, Answer>): Promise<ApiServer> {
  const received: Received[] = [];
  const server = createServer(async (request, response) => {
    const { method = '', url = '', headers } = request;
    const one = { method, url, headers, body: await text(request) };
    received.push(one);
    const answer = routes[`${method} ${url.split('?')[0]}`];
    if (answer === undefined) problem(response, 404, 'not_found', `There is no ${url}`);
    else if (typeof answer === 'function') answer(one, response);
    else json(response, answer);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`;
  return {
    url,
    environment: { FIREBREAK_URL: url, FIREBREAK_API_KEY: key },
    received,
    disconnect: () => server.closeAllConnections(),
  };
}

export function json(response: ServerResponse, body: unknown, status = 200): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

export function problem(
  response: ServerResponse,
  status: number,
  code: string,
  detail: string,
  more: { headers?: Record<string, string>; errors?: { path: string; message: string }[] } = {},
): void {
  const { headers = {}, errors } = more;
  response
    .writeHead(status, { 'content-type': 'application/problem+json', ...headers })
    .end(JSON.stringify({ type: 'about:blank', title: code, status, code, detail, errors }));
}

export const page = (...items: unknown[]) => ({ items, next: null });
