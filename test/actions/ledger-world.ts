// Runs an action that writes lines to a file, where a test can make it crash.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach } from 'vitest';
import type { ApplyOptions } from '../../src/actions/runner.ts';
import { armSite, type FaultSite } from '../../src/fault-sites.ts';
import { ledgerAction } from './ledger-action.ts';
import { type MemoryJournal, memoryJournal } from './memory-journal.ts';
import { runOptions } from './options.ts';

export const ledger = ledgerAction();

/** Of the test that runs. */
interface LedgerWorld {
  folder: string;
  journal: MemoryJournal;
  params: { file: string; line: string };
}
const world = {} as LedgerWorld;

export function useLedger(): LedgerWorld {
  beforeEach(async () => {
    world.folder = await mkdtemp(join(tmpdir(), 'firebreak-runner-'));
    world.journal = memoryJournal();
    world.params = { file: join(world.folder, 'ledger'), line: 'a' };
  });
  afterEach(async () => {
    armSite(undefined);
    await rm(world.folder, { recursive: true });
  });
  return world;
}

export const options = (change: Partial<ApplyOptions> = {}): ApplyOptions =>
  runOptions({ key: 'i1/block', journal: world.journal, ...change });

export function crashOnceAt(site: FaultSite): void {
  armSite((passing) => {
    if (passing !== site) return;
    armSite(undefined);
    throw new Error(`crash at ${site}`);
  });
}
