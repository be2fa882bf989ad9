// The gateway as one Express app: alerts in, the API, live changes, health, metrics, and the console.

import express, { type Express, type RequestHandler } from 'express';
import { Refusal } from './api/refusal.ts';
import { apiRouter } from './api/router.ts';
import { routes } from './api/routes/index.ts';
import { consoleRouter } from './console.ts';
import type { AppDeps } from './deps.ts';
import { errorHandler } from './errors.ts';
import { requestLogger } from './logging.ts';
import type { Metrics } from './metrics.ts';
import { identify } from './request-id.ts';
import { securityHeaders } from './security-headers.ts';

export function createApp(deps: AppDeps): Express {
  const app = express();
  app.set('query parser', 'simple');
  app.set('x-powered-by', false);
  // The API's answers are for one person and not cached; alerts have none to compare.
  app.set('etag', false);
  app.use(identify);
  app.use(measure(deps.metrics));
  // Before all that only people need: in a storm of alerts, a log line and a browser's headers for each would cost half
  // as much again as taking it.
  app.use(deps.alerts);
  app.use(requestLogger(deps.log));
  app.use(securityHeaders(deps.publicUrl));
  app.use(apiRouter(routes, deps));
  app.use(consoleRouter(deps.consoleDir));
  app.use((request) => {
    throw new Refusal(404, 'no_such_path', `There is nothing at ${request.path.slice(0, 200)}; see /openapi.json`);
  });
  app.use(errorHandler(deps.log));
  return app;
}

function measure({ requestSeconds }: Metrics): RequestHandler {
  return (request, response, next) => {
    const end = requestSeconds.startTimer();
    response.once('close', () => {
      const route = String(response.locals.route ?? (request.originalUrl.startsWith('/alerts/') ? 'alerts' : 'other'));
      // Streams last as long as someone watches; their time says nothing.
      if (route !== '/api/events') end({ method: request.method, route, status: String(response.statusCode) });
    });
    next();
  };
}
