// Runs other programs for the scripts. Plain JavaScript without dependencies: it works before anything is installed.

import { spawn, spawnSync } from 'node:child_process';
import { constants } from 'node:os';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** For people; standard output stays clean for `--json`. */
export function say(message) {
  process.stderr.write(`${message}\n`);
}

/** A problem that the reader can solve: printed as one sentence, without a stack. */
export class SetupError extends Error {}

/** Ends the process with one sentence for a SetupError; anything else is a fault of ours and keeps its stack. */
export function exitWith(error) {
  say(error instanceof SetupError ? error.message : (error?.stack ?? String(error)));
  process.exit(1);
}

/** Runs to the end in the foreground. The exit code. */
export function run(file, args, options = {}) {
  const { status, signal, error } = spawnSync(file, args, { cwd: root, stdio: 'inherit', ...options });
  if (error) throw new SetupError(`${file} cannot be run: ${error.message}`);
  return signal === null ? status : 128 + constants.signals[signal];
}

/** `{ok, output}`; a program that is missing is not ok. */
export function capture(file, args, options = {}) {
  const { status, stdout, stderr, error } = spawnSync(file, args, {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
    stdio: ['ignore', 'pipe', 'pipe'],
    ...options,
  });
  return { ok: status === 0, output: error ? error.message : `${stdout}${stderr}` };
}

/** Ctrl-C reaches us from the terminal and again from npm: within this time it is one. */
const sameSignalMs = 1_000;

/** Runs in the foreground of the terminal, passes signals on, and takes its exit code. Never returns. */
export function become(file, args, options = {}) {
  // In a process group of its own, so that a signal reaches it only through us, and once.
  const child = spawn(file, args, { stdio: 'inherit', detached: true, ...options });
  let lastSignalAt = Number.NEGATIVE_INFINITY;
  const forward = (signal) => {
    if (Date.now() - lastSignalAt < sameSignalMs) return;
    lastSignalAt = Date.now();
    child.kill(signal);
  };
  process.on('SIGINT', () => forward('SIGINT'));
  process.on('SIGTERM', () => forward('SIGTERM'));
  // The terminal is gone, and the child is not in its session.
  process.on('SIGHUP', () => forward('SIGTERM'));
  child.on('error', (error) => exitWith(new SetupError(`${file} cannot be run: ${error.message}`)));
  child.on('exit', (code, signal) => process.exit(signal === null ? code : 128 + constants.signals[signal]));
}
