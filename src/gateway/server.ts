// Starts the gateway and stops it without cutting off what is under way.

import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { createApp } from './app.ts';
import type { GatewayDeps } from './deps.ts';
import { listenForChanges } from './events/changes.ts';

export interface Gateway {
  /** Where it listens. */
  url: string;
  close(): Promise<void>;
}

/** The gateway cannot listen where it should. The message is for people. */
export class GatewayStartError extends Error {
  readonly code: string;
  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'GatewayStartError';
    this.code = code;
  }
}

/** Requests that are under way get this long to end. */
const closeWithinMs = 10_000;

/** @throws GatewayStartError */
export async function startGateway(
  deps: GatewayDeps,
  { port, bind }: { port: number; bind: string },
): Promise<Gateway> {
  const changes = listenForChanges({ databaseUrl: deps.databaseUrl, log: deps.log });
  const server = createServer(
    // Slow senders do not hold connections for ever.
    { requestTimeout: 60_000, headersTimeout: 20_000, keepAliveTimeout: 65_000 },
    createApp({ ...deps, changes }),
  );
  const close = closerOf(server);
  try {
    await listen(server, port, bind);
  } catch (error) {
    await changes.close();
    throw error;
  }
  return {
    url: urlOf(server, bind),
    close: async () => {
      // Streams end with the changes; without that they would hold the server open.
      await Promise.all([close(), changes.close()]);
    },
  };
}

async function listen(server: Server, port: number, bind: string): Promise<void> {
  server.listen({ port, host: bind });
  try {
    await once(server, 'listening');
  } catch (cause) {
    throw startError(cause, port, bind);
  }
}

function startError(cause: unknown, port: number, bind: string): GatewayStartError {
  const { code, message } = cause as NodeJS.ErrnoException;
  switch (code) {
    case 'EADDRINUSE':
      return new GatewayStartError(
        'port_in_use',
        `Port ${port} on ${bind} is in use by another program: stop it, or set PORT to a free port.`,
        { cause },
      );
    case 'EACCES':
      return new GatewayStartError(
        'port_not_allowed',
        `This user may not listen on port ${port}: set PORT to a port above 1023.`,
        { cause },
      );
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return new GatewayStartError(
        'address_not_here',
        `FIREBREAK_BIND is ${bind}, which is not an address of this machine: use 127.0.0.1 or 0.0.0.0.`,
        { cause },
      );
    default:
      return new GatewayStartError('cannot_listen', `Cannot listen on ${bind} port ${port}: ${message}`, { cause });
  }
}

function urlOf(server: Server, bind: string): string {
  const { port } = server.address() as AddressInfo;
  const isEverywhere = bind === '0.0.0.0' || bind === '::';
  const host = isEverywhere ? 'localhost' : bind.includes(':') ? `[${bind}]` : bind;
  return `http://${host}:${port}`;
}

/**
 * A function that stops listening and ends every connection as soon as it has no request under way. The server's own
 * closeIdleConnections spares connections that have sent nothing yet, which browsers and fetch open ahead of need.
 */
function closerOf(server: Server): () => Promise<void> {
  const busy = new Map<Socket, number>();
  let isClosing = false;
  const endIfIdle = (socket: Socket): void => {
    if (isClosing && busy.get(socket) === 0) socket.destroySoon();
  };
  server.on('connection', (socket) => {
    busy.set(socket, 0);
    socket.once('close', () => busy.delete(socket));
  });
  server.on('request', ({ socket }, response) => {
    busy.set(socket, (busy.get(socket) ?? 0) + 1);
    response.once('close', () => {
      if (!busy.has(socket)) return;
      busy.set(socket, (busy.get(socket) ?? 1) - 1);
      endIfIdle(socket);
    });
  });
  return async () => {
    isClosing = true;
    const closed = once(server, 'close');
    server.close();
    for (const socket of busy.keys()) endIfIdle(socket);
    const timer = setTimeout(() => server.closeAllConnections(), closeWithinMs);
    await closed;
    clearTimeout(timer);
  };
}
