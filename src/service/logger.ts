// The log: JSON lines by pino. `up` writes to a file and keeps the terminal for people; single processes write to
// standard output, as containers want it.

import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { makeTelemetryFilterString, Runtime } from '@temporalio/worker';
import pino, { type Logger } from 'pino';
import type { Config } from '../config.ts';

export type { Logger };

export const logFileOf = (dir: string): string => `${dir}/firebreak.log`;

export function openLog(config: Config, to: 'file' | 'stdout'): Logger {
  const file = logFileOf(config.dir);
  if (to === 'file') mkdirSync(dirname(file), { recursive: true });
  const destination = pino.destination({ dest: to === 'file' ? file : 1, sync: false });
  const log = pino(
    { level: config.logLevel, base: { pid: process.pid }, redact: ['*.credential', '*.secret'] },
    destination,
  );
  installTemporalLog(log);
  return log;
}

let isInstalled = false;

/** Once for a process: the SDK's own log goes the same way. */
function installTemporalLog(log: Logger): void {
  if (isInstalled) return;
  isInstalled = true;
  const quiet = log.child({ from: 'temporal' }, { level: log.level === 'silent' ? 'silent' : 'warn' });
  Runtime.install({
    shutdownSignals: [],
    logger: {
      log: (level, message, meta) => {
        const method = levels[level] ?? 'info';
        quiet[method](meta ?? {}, message);
      },
      trace: (message, meta) => quiet.trace(meta ?? {}, message),
      debug: (message, meta) => quiet.debug(meta ?? {}, message),
      info: (message, meta) => quiet.info(meta ?? {}, message),
      warn: (message, meta) => quiet.warn(meta ?? {}, message),
      error: (message, meta) => quiet.error(meta ?? {}, message),
    },
    telemetryOptions: { logging: { forward: {}, filter: makeTelemetryFilterString({ core: 'WARN', other: 'ERROR' }) } },
  });
}

const levels: Partial<Record<string, 'trace' | 'debug' | 'info' | 'warn' | 'error'>> = {
  TRACE: 'trace',
  DEBUG: 'debug',
  INFO: 'info',
  WARN: 'warn',
  ERROR: 'error',
};
