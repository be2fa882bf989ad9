// Postgres and Temporal: outside ones by configuration, or embedded ones that are kept running.

import { setTimeout as sleep } from 'node:timers/promises';
import type { Config } from '../config.ts';
import { startPostgres } from '../embedded/postgres.ts';
import { findTemporalCli } from '../embedded/temporal-binary.ts';
import { startTemporal } from '../embedded/temporal-server.ts';
import type { Logger } from './logger.ts';
import type { Progress } from './types.ts';

interface Embedded {
  stop(): Promise<void>;
}

export interface Servers {
  databaseUrl: string;
  temporalAddress: string;
  temporalUiUrl: string | null;
  stop(): Promise<void>;
}

export interface ServersOptions {
  config: Config;
  log: Logger;
  progress: Progress;
  /** Called when an embedded server is gone and does not come back. */
  onLost: (reason: string) => void;
}

export async function startServers(options: ServersOptions): Promise<Servers> {
  const { config } = options;
  const postgres = config.database.url ? undefined : await embeddedPostgres(options);
  try {
    const temporal = config.temporal.address ? undefined : await embeddedTemporal(options);
    return {
      databaseUrl: config.database.url ?? postgres?.current.url ?? '',
      temporalAddress: config.temporal.address ?? temporal?.current.address ?? '',
      temporalUiUrl: config.temporal.uiUrl ?? temporal?.current.uiUrl ?? null,
      async stop() {
        await temporal?.stop();
        await postgres?.stop();
      },
    };
  } catch (error) {
    await postgres?.stop();
    throw error;
  }
}

function embeddedPostgres({ config, log, progress, onLost }: ServersOptions) {
  const step = progress.step('Postgres');
  const start = (onExit: (reason: string) => void) =>
    startPostgres({ stateDir: config.dir, port: config.database.port, onExit });
  return reported(
    step,
    keepRunning('Postgres', start, log, onLost),
    (server) => `embedded, on ${new URL(server.url).host}`,
  );
}

async function embeddedTemporal({ config, log, progress, onLost }: ServersOptions) {
  const step = progress.step('Temporal');
  const { port, uiPort, namespace } = config.temporal;
  const find = findTemporalCli({ searchPath: config.searchPath, onProgress: (detail) => step.update(detail) });
  const start = async (onExit: (reason: string) => void) =>
    startTemporal({ executable: await find, stateDir: config.dir, port, uiPort, namespace, onExit });
  return reported(step, keepRunning('Temporal', start, log, onLost), (server) => `embedded, on ${server.address}`);
}

async function reported<T>(
  step: ReturnType<Progress['step']>,
  starting: Promise<Kept<T>>,
  describe: (server: T) => string,
): Promise<Kept<T>> {
  try {
    const kept = await starting;
    step.done(describe(kept.current));
    return kept;
  } catch (error) {
    step.fail(error instanceof Error ? error.message : String(error));
    throw error;
  }
}

interface Kept<T> {
  current: T;
  stop(): Promise<void>;
}

const restartAttempts = 5;
const steadyAfterMs = 60_000;

/** A server that dies is started again on the same port with the same state; everything else reconnects by itself. */
async function keepRunning<T extends Embedded>(
  name: string,
  start: (onExit: (reason: string) => void) => Promise<T>,
  log: Logger,
  onLost: (reason: string) => void,
): Promise<Kept<T>> {
  let isStopping = false;
  let restarts = 0;
  let restarting: Promise<void> = Promise.resolve();
  const onExit = (reason: string): void => {
    if (isStopping) return;
    log.error({ reason }, `${name} ended; starting it again`);
    restarting = restart(reason);
  };
  const restart = async (reason: string): Promise<void> => {
    for (; restarts < restartAttempts && !isStopping; restarts += 1) {
      await sleep(200 * 2 ** restarts);
      try {
        kept.current = await start(onExit);
        setTimeout(() => {
          restarts = 0;
        }, steadyAfterMs).unref();
        restarts += 1;
        return;
      } catch (error) {
        log.error({ err: error }, `${name} did not start again`);
      }
    }
    if (!isStopping) onLost(`${name} ended (${reason}) and did not start again; the log says more`);
  };
  const kept: Kept<T> = {
    current: await start(onExit),
    async stop() {
      isStopping = true;
      await restarting;
      await kept.current.stop();
    },
  };
  return kept;
}
