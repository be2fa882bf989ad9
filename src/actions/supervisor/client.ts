// Asks the supervisor of a service to restart it, and starts that supervisor where there is none.

import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { ActionError } from '../action.ts';
import { systemPath } from '../lib/run-binary.ts';
import type { ProcessService } from '../targets.ts';
import { logFile, socketFile } from './journal.ts';
import { answerSchema, onLine, type SupervisorAnswer } from './protocol.ts';

const main = fileURLToPath(new URL('./main.ts', import.meta.url));
const startTimeoutMs = 10_000;

/** @returns what the supervisor did; `repeated` when it had served this key before */
export async function requestRestart(
  service: ProcessService,
  key: string,
  signal: AbortSignal,
): Promise<Extract<SupervisorAnswer, { ok: true }>> {
  const answer = (await ask(service, key, signal)) ?? (await startAndAsk(service, key, signal));
  if (answer.ok) return answer;
  throw new ActionError('restart_refused', `The supervisor of ${service.directory} says: ${answer.reason}`);
}

/** Starts a supervisor that outlives this process. Its first start of the service serves `key`, if one is given. */
export function startSupervisor(service: ProcessService, key?: string): void {
  const own = key === undefined ? [] : [`--key=${key}`];
  const log = openSync(logFile(service.directory), 'a', 0o640);
  const child = spawn(process.execPath, [main, service.directory, ...own, '--', ...service.command], {
    detached: true,
    stdio: ['ignore', log, log],
    cwd: '/',
    env: { PATH: systemPath, LANG: 'C.UTF-8', ...service.environment },
  });
  closeSync(log);
  child.unref();
}

async function startAndAsk(service: ProcessService, key: string, signal: AbortSignal): Promise<SupervisorAnswer> {
  startSupervisor(service, key);
  const until = Date.now() + startTimeoutMs;
  while (Date.now() < until) {
    await sleep(50, undefined, { signal });
    const answer = await ask(service, key, signal);
    if (answer !== undefined) return answer;
  }
  throw new ActionError(
    'supervisor_silent',
    `The supervisor of ${service.directory} did not start within ${startTimeoutMs} ms: see its service.log`,
  );
}

/** What a socket says when nobody listens, or the supervisor just ended. Asking the next one is safe: it has the key. */
const nobodyThere = ['ENOENT', 'ECONNREFUSED', 'ECONNRESET', 'EPIPE'];

/** Undefined when nobody answers. */
function ask(service: ProcessService, key: string, signal: AbortSignal): Promise<SupervisorAnswer | undefined> {
  return new Promise((resolve, reject) => {
    const socket = connect({ path: socketFile(service.directory), signal });
    socket.once('connect', () => socket.write(`${JSON.stringify({ ask: 'restart', key })}\n`));
    onLine(socket, (line) => {
      socket.destroy();
      try {
        resolve(answerSchema.parse(JSON.parse(line)));
      } catch (error) {
        reject(error);
      }
    });
    socket.once('error', (error: NodeJS.ErrnoException) => {
      if (nobodyThere.includes(error.code ?? '')) resolve(undefined);
      else reject(error);
    });
    socket.once('close', () => resolve(undefined));
  });
}
