// Makes a folder or a database what it was when a snapshot was taken. What is there now is kept as a snapshot of its
// own first, and undo restores that.

import { z } from 'zod';
import type { Json } from '../core/canonical.ts';
import { type ActionContext, ActionError, defineAction } from './action.ts';
import { type RestoreParams, restoreDescription } from './descriptions/restore.ts';
import { evidenceOf, type Snapshot, type SnapshotStore, snapshotId } from './snapshots/snapshot-store.ts';
import { storeNamed } from './snapshots/store-named.ts';

const undoEvidence = z.object({ before: z.string().nullable() });

export const restore = defineAction<RestoreParams>({
  ...restoreDescription,
  idempotent: true,
  live: ({ target }, targets) => targets.snapshots.has(target),
  realTargets: ({ snapshots }) => [...snapshots.keys()].map((name) => `snapshot:${name}`),
  async apply(given, context) {
    const store = storeNamed(given.target, context);
    const wanted = await wantedSnapshot(store, given, context);
    const kept = await store.restore(wanted, { key: context.key, before: beforeId(context.key) }, context);
    return {
      detail: `Restored ${given.target} from snapshot ${wanted.id} (${wanted.content})`,
      evidence: restored(given, wanted, kept),
    };
  },
  async verify(given, _, context) {
    const store = storeNamed(given.target, context);
    const wanted = await wantedSnapshot(store, given, context);
    const difference = await store.difference(wanted, { key: context.key }, context);
    if (difference !== undefined)
      return { state: 'absent', detail: `${given.target} is not as in snapshot ${wanted.id}: ${difference}` };
    const kept = await store.find(beforeId(context.key), context);
    return {
      state: 'applied',
      detail: `${given.target} equals snapshot ${wanted.id}`,
      evidence: restored(given, wanted, kept),
    };
  },
  async undo(given, evidence, context) {
    const store = storeNamed(given.target, context);
    const kept = await keptBefore(store, evidence, context);
    const replaced = await store.restore(kept, { key: context.key, before: beforeId(context.key) }, context);
    return {
      detail: `Put ${given.target} back to what it was before the restore (snapshot ${kept.id})`,
      evidence: restored(given, kept, replaced),
    };
  },
  async verifyUndone(given, evidence, context) {
    const store = storeNamed(given.target, context);
    const kept = await keptBefore(store, evidence, context);
    const difference = await store.difference(kept, { key: context.key }, context);
    if (difference === undefined)
      return { state: 'absent', detail: `${given.target} equals snapshot ${kept.id} again` };
    return { state: 'applied', detail: `${given.target} is not as before the restore: ${difference}` };
  },
});

const beforeId = (key: string) => snapshotId(`${key}/before`);

async function wantedSnapshot(store: SnapshotStore, given: RestoreParams, context: ActionContext): Promise<Snapshot> {
  if (given.snapshot !== undefined) {
    const found = await store.find(given.snapshot, context);
    if (found !== undefined) return found;
    throw new ActionError('snapshot_missing', `There is no snapshot ${given.snapshot} of ${given.target}`, {
      settled: true,
    });
  }
  const until = Date.parse(given.before ?? '');
  const newest = (await store.all(context))
    // What a restore replaced is what somebody wanted to be rid of.
    .filter((each) => each.purpose === 'snapshot' && Date.parse(each.takenAt) < until)
    .toSorted((left, right) => Date.parse(left.takenAt) - Date.parse(right.takenAt))
    .at(-1);
  if (newest !== undefined) return newest;
  throw new ActionError('snapshot_missing', `There is no snapshot of ${given.target} from before ${given.before}`, {
    settled: true,
  });
}

/** By its derived id when the evidence was lost in a crash. */
async function keptBefore(store: SnapshotStore, evidence: Json, context: ActionContext): Promise<Snapshot> {
  const told = undoEvidence.safeParse(evidence);
  const id = told.success ? told.data.before : beforeId(context.undoes ?? '');
  const found = id === null ? undefined : await store.find(id, context);
  if (found !== undefined) return found;
  throw new ActionError('nothing_before', 'Nothing was kept of what the restore replaced, because nothing was there', {
    settled: true,
  });
}

function restored(given: RestoreParams, wanted: Snapshot, kept: Snapshot | undefined): Json {
  return { ...evidenceOf(given.target, wanted), before: kept?.id ?? null };
}
