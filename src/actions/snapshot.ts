// Keeps a copy of a folder or a database, so that it can be restored.

import { defineAction } from './action.ts';
import { type SnapshotParams, snapshotDescription } from './descriptions/snapshot.ts';
import { evidenceOf, snapshotId } from './snapshots/snapshot-store.ts';
import { storeNamed } from './snapshots/store-named.ts';

export const snapshot = defineAction<SnapshotParams>({
  ...snapshotDescription,
  idempotent: true,
  live: ({ target }, targets) => targets.snapshots.has(target),
  realTargets: ({ snapshots }) => [...snapshots.keys()].map((name) => `snapshot:${name}`),
  async apply({ target }, context) {
    const id = snapshotId(context.key);
    const taken = await storeNamed(target, context).take({ id, key: context.key, purpose: 'snapshot' }, context);
    return { detail: `Took snapshot ${id} of ${target}: ${taken.content}`, evidence: evidenceOf(target, taken) };
  },
  async verify({ target }, _, context) {
    const store = storeNamed(target, context);
    const id = snapshotId(context.key);
    const found = await store.find(id, context);
    if (found === undefined) return { state: 'absent', detail: `There is no snapshot ${id} of ${target}` };
    const damage = await store.damage(found, context);
    if (damage !== undefined) return { state: 'absent', detail: `Snapshot ${id} cannot be relied on: ${damage}` };
    return {
      state: 'applied',
      detail: `Snapshot ${id} is whole: ${found.content}`,
      evidence: evidenceOf(target, found),
    };
  },
});
