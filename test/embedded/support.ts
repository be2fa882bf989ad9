// What the tests of the embedded servers share.

import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { endProcess } from '../../src/embedded/processes.ts';

/** A folder that ends with the test. Removed after what is registered later, so after the servers in it have stopped. */
export async function temporaryDir(parent = tmpdir()): Promise<string> {
  const dir = await mkdtemp(join(parent, 'firebreak-embedded-'));
  onTestFinished(() => rm(dir, { recursive: true, force: true, maxRetries: 3 }));
  return dir;
}

export function stopsAfterTest<T extends { stop(): Promise<void> }>(server: T): T {
  onTestFinished(() => server.stop());
  return server;
}

/** A port that another program holds until the test ends. */
export async function takenPort(): Promise<number> {
  const server = await new Promise<Server>((resolve) => {
    const listening = createServer().listen(0, '127.0.0.1', () => resolve(listening));
  });
  onTestFinished(() => new Promise<void>((resolve) => server.close(() => resolve())));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  return address.port;
}

/** Starts a server in a Firebreak of its own, and answers once it runs. `source` is an expression for the server. */
export async function startElsewhere(imports: string, source: string): Promise<{ parent: ChildProcess; pid: number }> {
  const code = `${imports}; const server = await ${source}; process.stdout.write(server.pid + '\\n'); setInterval(() => {}, 1000);`;
  const parent = spawn(process.execPath, ['--input-type=module', '--eval', code], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const pid = await new Promise<number>((resolve, reject) => {
    parent.stdout?.once('data', (line: Buffer) => resolve(Number(line.toString())));
    parent.once('exit', (exitCode) => reject(new Error(`the other Firebreak ended with ${exitCode}`)));
  });
  onTestFinished(async () => {
    parent.kill('SIGKILL');
    await endProcess(pid, 'SIGKILL', 5_000);
  });
  return { parent, pid };
}
