// A small server that is faithful to the API's contract: it checks what it is asked and what it answers with the same
// schemas as the gateway, and serves the built console under the same policy.

import { EventEmitter, once } from 'node:events';
import type { AddressInfo } from 'node:net';
import express, { type Response } from 'express';
import { requestHeader } from '../../../src/contract/api/index.ts';
import { securityHeaders } from '../../../src/gateway/security-headers.ts';
import { problem } from './reply.ts';
import { commandRoutes } from './routes-command.ts';
import { approvalRoutes, containmentRoutes } from './routes-decide.ts';
import { readRoutes } from './routes-read.ts';
import { sessionOf, sessionRoutes } from './routes-session.ts';
import { suppressedRoutes } from './routes-suppressed.ts';
import type { World } from './world.ts';

export interface ConsoleServer {
  url: string;
  /** Tells every browser that something about the incident changed. */
  emit(incidentId: string): void;
  /** Tells every browser that alerts without an incident, or silences, changed. */
  emitSuppressed(): void;
  /** How many browsers listen. */
  listening(): number;
  /** Breaks all live connections, as a restart of the gateway does. */
  dropLive(): void;
  /** While true, live connections and requests of the API are answered 503. */
  setDown(down: boolean): void;
  /** While true, live connections that are asked for wait, before anything else is looked at. */
  holdLive(hold: boolean): void;
  /** Its clock, ahead of that of this machine, in milliseconds. */
  setClockAhead(ms: number): void;
  /** Serves what this world knows from now on, as a server that has just started. */
  show(next: World): void;
  close(): Promise<void>;
}

export async function startConsoleServer(world: World, dist: string): Promise<ConsoleServer> {
  const app = express();
  const live = new Set<Response>();
  let isDown = false;
  let clockAheadMs = 0;
  const opened = new EventEmitter();
  let isHeld = false;

  app.use(securityHeaders('http://localhost'));
  app.use((_request, response, next) => {
    response.set('Date', new Date(Date.now() + clockAheadMs).toUTCString());
    next();
  });
  app.get('/api/events', async (_request, _response, next) => {
    if (isHeld) await once(opened, 'opened');
    next();
  });
  app.use((request, response, next) => {
    if (isDown && request.path.startsWith('/api')) problem(response, 503, 'down', 'The gateway starts.');
    else next();
  });
  app.use('/api', express.json());
  sessionRoutes(app, world);
  app.use('/api', (request, response, next) => {
    if (!sessionOf(request, world)) problem(response, 401, 'authentication_required', 'Sign in.');
    else if (request.method !== 'GET' && request.get(requestHeader.name) !== requestHeader.value) {
      problem(response, 403, 'cross_site_request', `The header ${requestHeader.name} is missing.`);
    } else next();
  });
  app.get('/api/events', (_request, response) => {
    response.set('Content-Type', 'text/event-stream').set('Cache-Control', 'no-store');
    response.write('retry: 500\n\n');
    live.add(response);
    response.on('close', () => live.delete(response));
  });
  const emit = (incidentId: string): void => {
    for (const response of live) response.write(`event: incident\ndata: ${JSON.stringify({ incidentId })}\n\n`);
  };
  const emitSuppressed = (): void => {
    for (const response of live) response.write('event: suppressed\ndata: {}\n\n');
  };
  readRoutes(app, world);
  suppressedRoutes(app, world, emitSuppressed);
  commandRoutes(app, world, emit);
  approvalRoutes(app, world, emit);
  containmentRoutes(app, world, emit);
  app.use('/api', (request, response) => problem(response, 404, 'not_found', `There is no ${request.path}.`));
  app.use(express.static(dist, { index: false }));
  app.get('/{*path}', (_request, response) => response.sendFile('index.html', { root: dist }));

  const server = app.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    emit,
    emitSuppressed,
    listening: () => live.size,
    dropLive: () => {
      for (const response of live) response.destroy();
    },
    setDown: (down) => {
      isDown = down;
    },
    holdLive: (hold) => {
      isHeld = hold;
      if (!hold) opened.emit('opened');
    },
    setClockAhead: (ms) => {
      clockAheadMs = ms;
    },
    show: (next) => {
      isDown = false;
      clockAheadMs = 0;
      Object.assign(world, next);
    },
    close: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
