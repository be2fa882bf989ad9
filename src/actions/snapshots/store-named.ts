// Which kind of snapshot store a name of the targets file means.

import { type ActionContext, ActionError } from '../action.ts';
import type { SnapshotTarget } from '../targets.ts';
import { filesStore } from './files-store.ts';
import { postgresStore } from './postgres-store.ts';
import type { SnapshotStore } from './snapshot-store.ts';

export function storeNamed(name: string, context: Pick<ActionContext, 'targets'>): SnapshotStore {
  const target = context.targets.snapshots.get(name);
  if (target !== undefined) return storeOf(target);
  throw new ActionError('no_target', `The targets file names no ${name} among its snapshots`, { settled: true });
}

function storeOf(target: SnapshotTarget): SnapshotStore {
  return target.kind === 'files' ? filesStore(target) : postgresStore(target);
}
