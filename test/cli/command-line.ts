// Runs the command line in this process and keeps what it wrote.

import { EventEmitter } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { onTestFinished } from 'vitest';
import { runCommandLine } from '../../src/cli/run.ts';

export interface Result {
  exitCode: number;
  stdout: string;
  stderr: string;
}

export interface Started {
  /** Fulfilled when the command has ended. */
  result: Promise<Result>;
  /** What it has written so far. */
  stdout(): string;
  stderr(): string;
  /** As a terminal does at Ctrl-C. */
  interrupt(): void;
}

export interface CommandLineOptions {
  environment?: Record<string, string>;
  /** As if stdout and stderr were a terminal of this width. */
  columns?: number;
}

export function start(args: readonly string[], { environment = {}, columns }: CommandLineOptions = {}): Started {
  const stdout = capture(columns);
  const stderr = capture(columns);
  const signals = new EventEmitter();
  const result = runCommandLine(args, { stdout: stdout.stream, stderr: stderr.stream, signals, environment }).then(
    (exitCode) => ({ exitCode, stdout: stdout.text(), stderr: stderr.text() }),
  );
  return { result, stdout: stdout.text, stderr: stderr.text, interrupt: () => void signals.emit('SIGINT') };
}

export const run = (args: readonly string[], options?: CommandLineOptions): Promise<Result> =>
  start(args, options).result;

export function capture(columns?: number) {
  let text = '';
  const stream = new Writable({
    decodeStrings: false,
    write(chunk: string, _encoding, done) {
      text += chunk;
      done();
    },
  });
  if (columns !== undefined) Object.assign(stream, { isTTY: true, columns, getColorDepth: () => 8 });
  return { stream, text: () => text };
}

/** A folder that is removed after the test. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'firebreak-cli-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}
