/** Holds a log, while it is walked, against what is known about it from outside: checkpoints and an older export. */
import type { ChainPosition } from '../core/audit/chain.ts';
import { agrees, type Checkpoint } from '../core/audit/checkpoint.ts';
import { type AuditDamage, rewrittenChain, truncatedTail } from '../core/audit/damage.ts';
import type { StoredEntry } from '../core/audit/entry.ts';
import { MerkleTree } from '../core/audit/merkle.ts';
import type { OutsideView } from '../core/audit/verify-chain.ts';

/** A checkpoint with a good signature. One that no other is linked with says nothing against the log. */
export type Anchor = { checkpoint: Checkpoint; isolated: boolean; keptElsewhere: boolean };

export type Comparison = {
  readonly tree: MerkleTree;
  observe(row: StoredEntry, leafHash: Uint8Array, position: ChainPosition): Promise<OutsideView>;
  /** Entries that a checkpoint or the older export has after the end of the log. */
  missingTail(position: ChainPosition): Promise<AuditDamage | null>;
  /** Checkpoints that the log contradicts; with its size where it was read whole, also those beyond its end. */
  disagreeing(wholeSize: number | null): Set<Checkpoint>;
  agreeing(): number;
  confirmedSize(): number;
  /** Lets go of the older export. */
  close(): Promise<void>;
};

export function compareWithOutside(
  anchors: readonly Anchor[],
  reference: AsyncIterable<StoredEntry> | undefined,
): Comparison {
  const tree = new MerkleTree();
  const pending = anchors.toSorted((a, b) => a.checkpoint.size - b.checkpoint.size);
  const older = reference?.[Symbol.asyncIterator]();
  const disagreeing = new Set<Checkpoint>();
  let [next, agreeing, confirmedSize, confirmedElsewhere] = [0, 0, 0, 0];
  let olderEnded = older === undefined;

  /** The other entry that the older export has at this place, if it has another one. */
  async function olderView(row: StoredEntry): Promise<OutsideView> {
    const step = olderEnded ? undefined : await older?.next();
    if (step === undefined || step.done === true) {
      olderEnded = true;
      return 'unknown';
    }
    if (step.value.seq === row.seq && step.value.hash === row.hash) {
      confirmedElsewhere = row.seq;
      return 'confirmed';
    }
    olderEnded = true;
    const hashes = { found: row.hash, expected: step.value.hash };
    return rewrittenChain({ seq: row.seq, from: row.seq }, hashes, 'the older export');
  }

  function anchorView({ checkpoint, isolated, keptElsewhere }: Anchor, position: ChainPosition): OutsideView {
    if (agrees(checkpoint, { position, tree })) {
      if (keptElsewhere) confirmedElsewhere = position.size;
      else agreeing += 1;
      return 'confirmed';
    }
    disagreeing.add(checkpoint);
    if (isolated) return 'unknown';
    // Own checkpoints that confirmed what a copy elsewhere denies were signed by whoever rewrote the log.
    if (keptElsewhere) confirmedSize = confirmedElsewhere;
    const damage = rewrittenChain(
      { seq: checkpoint.size, from: confirmedSize + 1 },
      { found: position.head, expected: checkpoint.head },
      `the checkpoint of size ${checkpoint.size}${keptElsewhere ? ' that is kept elsewhere' : ''}`,
    );
    return { ...damage, checkpointSize: checkpoint.size };
  }

  return {
    tree,
    async observe(row, leafHash, position) {
      tree.append(leafHash);
      const views = [await olderView(row)];
      for (let anchor = pending[next]; anchor?.checkpoint.size === position.size; anchor = pending[++next]) {
        views.push(anchorView(anchor, position));
      }
      const damage = views.find((view) => view !== 'confirmed' && view !== 'unknown');
      if (damage !== undefined) return damage;
      if (!views.includes('confirmed')) return 'unknown';
      confirmedSize = position.size;
      return 'confirmed';
    },
    async missingTail({ size }) {
      const beyond = pending.slice(next).findLast((anchor) => !anchor.isolated)?.checkpoint;
      const olderGoesOn = !olderEnded && (await older?.next())?.done === false;
      if (beyond === undefined && !olderGoesOn) return null;
      if (beyond === undefined) return truncatedTail(size, 'more entries', 'the older export');
      const damage = truncatedTail(size, `${beyond.size} entries`, `the checkpoint of size ${beyond.size}`);
      return { ...damage, checkpointSize: beyond.size };
    },
    disagreeing(wholeSize) {
      const beyond = wholeSize === null ? [] : pending.filter(({ checkpoint }) => checkpoint.size > wholeSize);
      return new Set([...disagreeing, ...beyond.map(({ checkpoint }) => checkpoint)]);
    },
    agreeing: () => agreeing,
    confirmedSize: () => confirmedSize,
    async close() {
      await older?.return?.();
    },
  };
}
