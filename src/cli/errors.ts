// What went wrong, in the words of the command line: a stable code, one sentence, and the exit code.

import { CommanderError } from 'commander';

export const exitCodes = { ok: 0, failure: 1, usage: 2 } as const;

export class CliError extends Error {
  /** Stable, snake_case. */
  readonly code: string;
  readonly exitCode: number;

  constructor(code: string, message: string, { usage = false, cause }: { usage?: boolean; cause?: unknown } = {}) {
    super(message, { cause });
    this.name = 'CliError';
    this.code = code;
    this.exitCode = usage ? exitCodes.usage : exitCodes.failure;
  }
}

export interface Failure {
  code: string;
  message: string;
  exitCode: number;
  /** Only of errors that nobody foresaw. */
  stack?: string;
}

const wrongConfiguration = ['config_invalid', 'servers_missing'];

/** Help that was asked for is a CommanderError too, but no failure: undefined. */
export function failureOf(error: unknown): Failure | undefined {
  if (error instanceof CommanderError) return failureOfUsage(error);
  if (error instanceof CliError) return { code: error.code, message: error.message, exitCode: error.exitCode };
  const { code, message, path, stack } = error as NodeJS.ErrnoException;
  if (code && wrongConfiguration.includes(code)) return { code, message, exitCode: exitCodes.usage };
  if (code && /^[a-z][a-z0-9_]*$/.test(code)) return { code, message, exitCode: exitCodes.failure };
  const system = failureOfSystem(code, path, error);
  if (system) return { ...system, exitCode: exitCodes.failure };
  const text = message || String(error);
  return { code: 'unexpected_error', message: text, exitCode: exitCodes.failure, stack: stack ?? text };
}

function failureOfUsage(error: CommanderError): Failure | undefined {
  if (error.exitCode === 0) return undefined;
  // A group without its command: commander has printed the help instead of a message.
  const message = error.code === 'commander.help' ? 'name a command' : error.message.replace(/^error: /, '');
  return { code: 'usage_error', message, exitCode: exitCodes.usage };
}

function failureOfSystem(code: string | undefined, path: string | undefined, error: unknown) {
  if (code === 'EADDRINUSE') {
    const { port } = error as { port?: number };
    return {
      code: 'port_in_use',
      message: `Port ${port ?? ''} is in use: stop what uses it, or set PORT to another one`,
    };
  }
  if (path !== undefined && code === 'ENOENT') return { code: 'file_not_found', message: `There is no ${path}` };
  if (path !== undefined && code === 'EEXIST')
    return { code: 'file_exists', message: `${path} exists already: name another file, or remove that one` };
  if (path !== undefined && (code === 'EACCES' || code === 'EPERM' || code === 'EISDIR' || code === 'ENOTDIR'))
    return { code: 'file_unusable', message: `${path} cannot be used (${code})` };
  return undefined;
}
