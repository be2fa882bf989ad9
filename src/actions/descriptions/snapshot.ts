// Keeps a copy of a folder or a database: what is known of it before anything acts.

import { z } from 'zod';
import type { ActionDescription } from '../description.ts';
import { snapshotTargetName } from '../snapshots/params.ts';

const params = z.strictObject({ target: snapshotTargetName });

export type SnapshotParams = z.output<typeof params>;

export const snapshotDescription = {
  name: 'snapshot',
  title: 'Take a snapshot',
  kind: 'change',
  risk: 'low',
  params,
  timeoutMs: 3_600_000,
  target: ({ target }) => `snapshot:${target}`,
  describe: ({ target }) => `Take a snapshot of ${target}`,
  refuse: () => undefined,
} satisfies ActionDescription<SnapshotParams>;
