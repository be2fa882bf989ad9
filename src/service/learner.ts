// Learns from incidents that people ended, a little later and beside everything else: neither intake nor response waits.

import { learnFromEnded } from '../learning/learn.ts';
import type { Store } from '../store/database.ts';
import type { Logger } from './logger.ts';
import { type Periodic, periodically } from './periodic.ts';

const everyMs = 5_000;
/** Of a long history the rest is learnt in the next rounds, so that the process can be stopped between them. */
const stepsAtOnce = 20;

export function startLearner(store: Store, log: Logger): Periodic {
  return periodically('Learning', everyMs, log, async () => {
    for (let step = 0; step < stepsAtOnce; step += 1) {
      const { looked, learnt } = await learnFromEnded(store);
      if (looked === 0) return;
      log.info({ looked, learnt }, 'Learnt from incidents that ended');
    }
  });
}
