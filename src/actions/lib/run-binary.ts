// Runs one binary without a shell, with bounded time and output and nothing of our environment. When it must end, so
// do the processes that it started.

import { spawn } from 'node:child_process';

/** Where a binary without a path is looked up: never in what the worker's own environment says. */
export const systemPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
const killGraceMs = 1_000;

export interface BinaryRun {
  binary: string;
  arguments: readonly string[];
  signal: AbortSignal;
  environment?: Readonly<Record<string, string>>;
  cwd?: string;
  /** Kept of each stream; the rest is read and dropped. */
  maxOutputBytes?: number;
}

export interface BinaryResult {
  /** Null when a signal ended it. */
  exitCode: number | null;
  stdout: string;
  stderr: string;
}

/**
 * @throws the signal's reason when it was aborted; the error of the system when it could not be started
 */
export function runBinary(run: BinaryRun): Promise<BinaryResult> {
  return new Promise((resolve, reject) => {
    run.signal.throwIfAborted();
    const child = spawn(run.binary, [...run.arguments], {
      // A group of its own, so that ending it ends its children.
      detached: true,
      shell: false,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { PATH: systemPath, LANG: 'C.UTF-8', LC_ALL: 'C.UTF-8', ...run.environment },
      ...(run.cwd === undefined ? {} : { cwd: run.cwd }),
    });
    const kill = (signal: NodeJS.Signals) => {
      if (child.pid === undefined) return;
      try {
        process.kill(-child.pid, signal);
      } catch {
        // It is gone already.
      }
    };
    let overdue: NodeJS.Timeout | undefined;
    const end = () => {
      kill('SIGTERM');
      overdue = setTimeout(() => kill('SIGKILL'), killGraceMs);
    };
    run.signal.addEventListener('abort', end, { once: true });
    const settle = () => {
      clearTimeout(overdue);
      run.signal.removeEventListener('abort', end);
    };
    const limit = run.maxOutputBytes ?? 1024 * 1024;
    const stdout = collect(child.stdout, limit);
    const stderr = collect(child.stderr, limit);
    child.once('error', (error) => {
      settle();
      reject(error);
    });
    child.once('close', (exitCode) => {
      settle();
      if (run.signal.aborted) {
        kill('SIGKILL');
        reject(run.signal.reason);
      } else resolve({ exitCode, stdout: stdout(), stderr: stderr() });
    });
  });
}

function collect(stream: NodeJS.ReadableStream, limit: number): () => string {
  const chunks: Buffer[] = [];
  let kept = 0;
  stream.on('data', (chunk: Buffer) => {
    const part = chunk.subarray(0, Math.max(0, limit - kept));
    kept += part.length;
    if (part.length > 0) chunks.push(part);
  });
  return () => Buffer.concat(chunks).toString('utf8');
}
