// One log line a request: what was asked and how it went, never a credential. Cookies and authorization headers are not
// logged, and neither is what follows a source in the path of an alert: it may be that source's credential.

import type { IncomingMessage, ServerResponse } from 'node:http';
import type { RequestHandler } from 'express';
import type { Logger } from 'pino';
import { pinoHttp } from 'pino-http';

/** Asked all the time by machines; logged only when they fail. */
const quiet = new Set(['/healthz', '/readyz', '/metrics']);

export function requestLogger(log: Logger): RequestHandler {
  return pinoHttp({
    logger: log,
    genReqId: (request) => request.id,
    customLogLevel: (request, response, error) => {
      if (error || response.statusCode >= 500) return 'error';
      return quiet.has(pathOf(request)) ? 'trace' : 'info';
    },
    serializers: {
      req: (request: { id: unknown; method: string; url: string; remoteAddress?: string }) => ({
        id: request.id,
        method: request.method,
        url: withoutCredential(request.url),
        remoteAddress: request.remoteAddress,
      }),
      res: (response: { statusCode: number }) => ({ statusCode: response.statusCode }),
    },
    wrapSerializers: true,
    customSuccessMessage: summary,
    customErrorMessage: summary,
  }) as RequestHandler;
}

const summary = (request: IncomingMessage, response: ServerResponse): string =>
  `${request.method} ${withoutCredential(request.url ?? '')} ${response.statusCode}`;

const pathOf = (request: IncomingMessage): string => (request.url ?? '').split('?')[0] ?? '';

/** `/alerts/{source}` stays; the rest of such a path does not. */
const withoutCredential = (url: string): string => url.replace(/^(\/alerts\/[^/?]*)[/?].*$/s, '$1/…');
