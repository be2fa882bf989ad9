// What the parameters of the actions on snapshots have in common.

import { z } from 'zod';

export const snapshotTargetName = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/, 'write a name under snapshots of the targets file, such as web-root.');
