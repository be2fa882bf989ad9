// What looks after the whole beside the incident worker, for as long as its process runs.

import type { Client } from '@temporalio/client';
import type { Config } from '../config.ts';
import type { Store } from '../store/database.ts';
import { startCheckpoints } from './checkpoints.ts';
import { startLearner } from './learner.ts';
import type { Logger } from './logger.ts';
import type { Shutdown } from './shutdown.ts';
import { watchStuck } from './stuck.ts';
import { startSweeper } from './sweeper.ts';
import type { Workers } from './workers.ts';

export interface CaretakersDeps {
  config: Config;
  store: Store;
  client: Client;
  workers: Workers;
  log: Logger;
}

export async function startCaretakers(deps: CaretakersDeps, shutdown: Shutdown): Promise<void> {
  const { config, store, client, workers, log } = deps;
  const checkpoints = await startCheckpoints(store, config.dir, log);
  shutdown.add(() => checkpoints.stop());
  const sweeper = startSweeper(store, client, log);
  shutdown.add(() => sweeper.stop());
  const stuck = watchStuck({ store, client, log, restartWorker: () => workers.restart('incident') });
  shutdown.add(() => stuck.stop());
  const learner = startLearner(store, log);
  shutdown.add(() => learner.stop());
}
