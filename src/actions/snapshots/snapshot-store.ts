// What the actions snapshot and restore need of a kind of target. A snapshot has an id derived from the key of what took
// it, so that a retry finds its own.

import { createHash } from 'node:crypto';
import type { Json } from '../../core/canonical.ts';
import type { ActionContext } from '../action.ts';

export interface Snapshot {
  id: string;
  /** The idempotency key of the effect that took it. */
  key: string;
  /** ISO-8601. */
  takenAt: string;
  /** `before_restore`: what a restore replaced, kept so that it can be undone. */
  purpose: 'snapshot' | 'before_restore';
  /** SHA-256 over everything in it: two targets with the same content have the same digest. */
  digest: string;
  /** What is in it, for people: "12 files, 3 folders, 48 KB". */
  content: string;
}

export type Work = Pick<ActionContext, 'signal' | 'progress'>;

export interface SnapshotStore {
  /** The snapshot of this id; taken now, unless it is there. */
  take(asked: Pick<Snapshot, 'id' | 'key' | 'purpose'>, work: Work): Promise<Snapshot>;
  /** Only one that is complete. */
  find(id: string, work: Work): Promise<Snapshot | undefined>;
  all(work: Work): Promise<Snapshot[]>;
  /** What became of a snapshot's content since it was taken; undefined when nothing did. */
  damage(snapshot: Snapshot, work: Work): Promise<string | undefined>;
  /**
   * Makes the target what it was, however often it is called. What is there now is kept as the snapshot `before`, taken
   * once; undefined when there was nothing.
   */
  restore(snapshot: Snapshot, asked: { key: string; before: string }, work: Work): Promise<Snapshot | undefined>;
  /** Why the target is not what this restore made of it; undefined when it is. */
  difference(snapshot: Snapshot, asked: { key: string }, work: Work): Promise<string | undefined>;
}

export function snapshotId(key: string): string {
  return createHash('sha256').update(key).digest('hex').slice(0, 24);
}

export function evidenceOf(target: string, snapshot: Snapshot): { [name: string]: Json } {
  const { id, digest, takenAt, content } = snapshot;
  return { target, snapshot: id, digest, takenAt, content };
}
