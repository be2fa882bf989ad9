/** Walks a log of any length in constant memory and names the first damage. */
import { type ChainPosition, continuesChain, genesis, nextPosition } from './chain.ts';
import type { AuditDamage } from './damage.ts';
import { diagnose } from './diagnose.ts';
import { leafHash, type StoredEntry } from './entry.ts';

/** What someone outside the chain (a checkpoint, an older export) says about the log up to a row. */
export type OutsideView = 'confirmed' | 'unknown' | AuditDamage;

export type ChainVerdict = {
  /** Up to where the chain holds. */
  position: ChainPosition;
  damage: AuditDamage | null;
};

/**
 * Verifies rows in the order of their numbers, from the genesis or from a trusted position on.
 * `observe` sees each row that continues the chain. When it returns damage, one more row is read: if that one does not
 * follow either, the rows themselves say more exactly what happened. Reads to the end of the log once damage is found.
 */
export async function verifyChain(
  rows: AsyncIterable<StoredEntry>,
  options: {
    after?: ChainPosition;
    observe?: (row: StoredEntry, leafHash: Uint8Array, position: ChainPosition) => OutsideView | Promise<OutsideView>;
  } = {},
): Promise<ChainVerdict> {
  const { after = genesis, observe = () => 'unknown' } = options;
  const iterator = rows[Symbol.asyncIterator]();
  let position = after;
  let last: { row: StoredEntry; before: ChainPosition } | null = null;
  let confirmedSize = after.size;
  let contradiction: AuditDamage | null = null;
  try {
    for (let step = await iterator.next(); step.done !== true; step = await iterator.next()) {
      const row = step.value;
      const leaf = leafHash(row.body);
      const next = nextPosition(position, leaf);
      if (!continuesChain(row, leaf, position, next)) {
        const damage = await diagnose({ position, last, confirmedSize, row }, iterator);
        const earlier = contradiction !== null && (damage.seq ?? 0) > position.size;
        return { position, damage: earlier ? contradiction : damage };
      }
      if (contradiction !== null) break;
      const view = await observe(row, leaf, next);
      if (view === 'confirmed') confirmedSize = next.size;
      else if (view !== 'unknown') contradiction = view;
      last = { row, before: position };
      position = next;
    }
    return { position, damage: contradiction };
  } finally {
    await iterator.return?.();
  }
}
