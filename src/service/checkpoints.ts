// Takes checkpoints of the audit log: signed, outside the database, one process at a time.

import { takeCheckpoint } from '../audit/checkpointer.ts';
import { loadOrCreateSigningKey } from '../audit/keys.ts';
import { atSite } from '../fault-sites.ts';
import { withAdvisoryLock } from '../store/advisory-lock.ts';
import { auditEntriesAfter } from '../store/audit-read.ts';
import { insertCheckpoint } from '../store/checkpoints.ts';
import type { Store } from '../store/database.ts';
import type { Logger } from './logger.ts';
import { type Periodic, periodically } from './periodic.ts';

const everyMs = 15_000;

export async function startCheckpoints(store: Store, dir: string, log: Logger): Promise<Periodic> {
  const key = await loadOrCreateSigningKey(dir);
  const take = async (): Promise<void> => {
    const at = new Date().toISOString();
    await atSite('checkpoint.before-file');
    const outcome = await takeCheckpoint({
      firebreakDir: dir,
      entriesAfter: (seq) => auditEntriesAfter(store, seq),
      key,
      at,
    });
    await atSite('checkpoint.after-file');
    if (outcome.kind === 'made') await insertCheckpoint(store, outcome.checkpoint, {}, at);
    if (outcome.kind === 'refused')
      log.error({ damage: outcome.damage }, 'The audit log is damaged; no checkpoint was signed');
  };
  return periodically('Checkpoint', everyMs, log, async () => {
    await withAdvisoryLock(store, 'audit-checkpoint', take);
  });
}
