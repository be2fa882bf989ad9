// Serves the built console: its files, and its page for every address that it knows, so that links and reloads work.

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import express, { type Request, type Response, Router } from 'express';

const missingPage = `<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Firebreak</title>
<h1>The console is not built</h1>
<p>Firebreak is running. Build its console with <code>npm run build:console</code> and reload this page.</p>
<p>Until then: <a href="/openapi.json">the API</a>, <a href="/readyz">readiness</a>, and the command line,
<code>npx firebreak incidents list</code>.</p>
</html>
`;

const notForTheConsole = /^\/(api|alerts|healthz|readyz|metrics|openapi\.json)(\/|$)/;

export function consoleRouter(consoleDir: string): Router {
  const router = Router();
  // File names under assets/ carry a hash of their content.
  router.use('/assets', express.static(join(consoleDir, 'assets'), { immutable: true, maxAge: '1y', index: false }));
  router.use(express.static(consoleDir, { index: false, maxAge: 0 }));
  router.get(/.*/, (request, response, next) => {
    if (notForTheConsole.test(request.path) || !request.accepts('html')) return next();
    sendPage(consoleDir, request, response);
  });
  return router;
}

function sendPage(consoleDir: string, request: Request, response: Response): void {
  response.locals.route = 'console';
  response.set('Cache-Control', 'no-cache');
  // Looked for each time: it may be built while the gateway runs.
  // With a root, since a folder above it may have a name that starts with a dot.
  if (existsSync(join(consoleDir, 'index.html'))) response.sendFile('index.html', { root: consoleDir });
  else
    response
      .status(request.path === '/' ? 200 : 404)
      .type('html')
      .send(missingPage);
}
