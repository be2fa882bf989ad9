// Runs one server as a child process: log to a file, wait until ready, stop, and tell when it ends by itself.

import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, statSync } from 'node:fs';
import { readFile, rename } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { EmbeddedError } from './error.ts';

const maxLogBytes = 10_000_000;
const readyPollMs = 25;

export interface ServerCommand {
  /** For people: "the embedded Temporal". */
  what: string;
  file: string;
  args: string[];
  logFile: string;
  env?: NodeJS.ProcessEnv;
  uid?: number;
  gid?: number;
  /** Sent by `stop`, then SIGKILL after `stopTimeoutMs`. */
  stopSignal: NodeJS.Signals;
  stopTimeoutMs: number;
  /** Called once when the server ends without `stop`. */
  onExit?: ((reason: string) => void) | undefined;
}

export interface ServerProcess {
  pid: number;
  /** Resolves once `isReady` does. Throws EmbeddedError `server_failed` when the server ends first or time runs out. */
  untilReady(isReady: () => Promise<boolean>, timeoutMs: number): Promise<void>;
  stop(): Promise<void>;
}

export async function startServer(command: ServerCommand): Promise<ServerProcess> {
  const logStart = await rotate(command.logFile);
  const child = launch(command);
  const exit = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (code, signal) => resolve(signal === null ? `exit code ${code}` : `signal ${signal}`));
  });
  let phase: 'starting' | 'running' | 'stopping' | 'ended' = 'starting';
  // Without this a process.exit() of ours would leave the server behind.
  const endWithUs = () => void child.kill(command.stopSignal);
  process.once('exit', endWithUs);
  void exit.then((reason) => {
    process.off('exit', endWithUs);
    if (phase === 'running') command.onExit?.(reason);
    phase = 'ended';
  });
  // Spawn errors arrive as an event, and until then there is no id.
  if (child.pid === undefined) throw failure(command, await exit);

  const stop = async () => {
    if (phase !== 'ended') phase = 'stopping';
    child.kill(command.stopSignal);
    const timer = setTimeout(() => child.kill('SIGKILL'), command.stopTimeoutMs);
    await exit;
    clearTimeout(timer);
  };
  const untilReady = async (isReady: () => Promise<boolean>, timeoutMs: number) => {
    const deadline = Date.now() + timeoutMs;
    while (!(await Promise.race([isReady(), exit.then(() => false)]))) {
      if (phase === 'ended') throw failure(command, await exit, await lastLine(command.logFile, logStart));
      if (Date.now() > deadline) {
        await stop();
        throw failure(command, `not ready after ${timeoutMs} ms`, await lastLine(command.logFile, logStart));
      }
      await sleep(readyPollMs);
    }
    phase = 'running';
  };
  return { pid: child.pid, untilReady, stop };
}

function launch({ file, args, logFile, env, uid, gid }: ServerCommand): ChildProcess {
  const log = openSync(logFile, 'a', 0o600);
  try {
    // Detached: Ctrl-C in a terminal reaches the whole process group, and the servers must outlast the workers.
    return spawn(file, args, {
      detached: true,
      stdio: ['ignore', log, log],
      ...(env && { env }),
      ...(uid !== undefined && { uid }),
      ...(gid !== undefined && { gid }),
    });
  } finally {
    closeSync(log);
  }
}

function failure({ what, logFile }: ServerCommand, reason: string, line?: string): EmbeddedError {
  const said = line ? `, saying "${line}"` : '';
  return new EmbeddedError('server_failed', `${what} did not start (${reason})${said}; its log is ${logFile}.`);
}

/** Of this run: what lies before `start` is from earlier ones. */
async function lastLine(file: string, start: number): Promise<string | undefined> {
  const bytes = await readFile(file).catch(() => Buffer.alloc(0));
  return bytes.toString('utf8', start).trimEnd().split('\n').at(-1)?.slice(0, 300);
}

/** Keeps one older log; only between runs, for the server holds the file open. Bytes that the log has now. */
async function rotate(logFile: string): Promise<number> {
  const bytes = statSync(logFile, { throwIfNoEntry: false })?.size ?? 0;
  if (bytes <= maxLogBytes) return bytes;
  await rename(logFile, `${logFile}.1`);
  return 0;
}
