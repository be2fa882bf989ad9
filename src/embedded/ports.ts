// Finds ports to listen on.

import { connect, createServer } from 'node:net';
import { EmbeddedError } from './error.ts';

export interface WantedPort {
  /** 0 takes `remembered` if that is free, else any free port. */
  port: number;
  /** The port of an earlier run. */
  remembered?: number | undefined;
  /** What will listen there, for people. */
  what: string;
  /** The environment variable that changes the port. */
  setting: string;
}

/** Throws EmbeddedError `port_in_use` when `port` is given and taken. */
export async function choosePort(host: string, wanted: WantedPort): Promise<number> {
  if (wanted.port === 0) {
    const kept = wanted.remembered === undefined ? undefined : await tryListen(host, wanted.remembered);
    return kept ?? (await freePort(host));
  }
  const port = await tryListen(host, wanted.port);
  if (port === undefined) {
    throw new EmbeddedError(
      'port_in_use',
      `${wanted.what} cannot listen on port ${wanted.port}, which is in use: stop what uses it, or set ${wanted.setting} to another port.`,
    );
  }
  return port;
}

async function freePort(host: string): Promise<number> {
  const port = await tryListen(host, 0);
  if (port === undefined) throw new EmbeddedError('port_in_use', `No free port was found on ${host}.`);
  return port;
}

/** The port, or `undefined` when it is taken or not allowed. */
function tryListen(host: string, port: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(undefined));
    server.listen({ host, port, exclusive: true }, () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' ? address?.port : undefined));
    });
  });
}

/** True when something accepts connections there. */
export function isListening(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    const answer = (listening: boolean) => {
      socket.destroy();
      resolve(listening);
    };
    socket.once('connect', () => answer(true)).once('error', () => answer(false));
  });
}
