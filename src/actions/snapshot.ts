// Keeps a copy of a folder or a database, so that it can be restored.

import { z } from 'zod';
import { defineAction } from './action.ts';
import { snapshotTargetName } from './snapshots/params.ts';
import { evidenceOf, snapshotId } from './snapshots/snapshot-store.ts';
import { storeNamed } from './snapshots/store-named.ts';

const params = z.strictObject({ target: snapshotTargetName });

export const snapshot = defineAction<z.output<typeof params>>({
  name: 'snapshot',
  title: 'Take a snapshot',
  kind: 'change',
  risk: 'low',
  params,
  timeoutMs: 3_600_000,
  idempotent: true,
  target: ({ target }) => `snapshot:${target}`,
  describe: ({ target }) => `Take a snapshot of ${target}`,
  refuse: () => undefined,
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
