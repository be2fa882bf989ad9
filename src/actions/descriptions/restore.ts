// Makes a folder or a database what it was: what is known of it before anything acts.

import { z } from 'zod';
import type { ActionDescription } from '../description.ts';
import { snapshotTargetName } from '../snapshots/params.ts';

const params = z
  .strictObject({
    target: snapshotTargetName,
    /** As the action snapshot said in its evidence. */
    snapshot: z
      .string()
      .regex(/^[0-9a-f]{24}$/, 'write the id of a snapshot: 24 hex digits.')
      .optional(),
    /** Instead: the newest snapshot taken before this time, such as the start of the impact. */
    before: z.iso.datetime({ offset: true, error: 'write a time such as 2026-11-24T09:00:00Z.' }).optional(),
  })
  .refine(
    (value) => (value.snapshot === undefined) !== (value.before === undefined),
    'write either snapshot or before.',
  );

export type RestoreParams = z.output<typeof params>;

export const restoreDescription = {
  name: 'restore',
  title: 'Restore a snapshot',
  kind: 'change',
  risk: 'high',
  d3fend: 'D3-RO',
  params,
  timeoutMs: 3_600_000,
  target: ({ target }) => `snapshot:${target}`,
  describe: ({ target, snapshot, before }) =>
    `Restore ${target} from ${snapshot === undefined ? `its last snapshot before ${before}` : `snapshot ${snapshot}`}`,
  refuse: () => undefined,
  undo: true,
} satisfies ActionDescription<RestoreParams>;
