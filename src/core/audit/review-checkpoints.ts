/** Judges a log's checkpoints by themselves: signatures, order, and the chain of `previous`. */
import { type Checkpoint, checkpointDigest, checkpointText, isSignedBy, type Verify } from './checkpoint.ts';
import { type AuditDamage, checkpointDamage, keyDamage } from './damage.ts';

/** `signer` is the key to verify by; `claimed` is another that the log itself brings, to name a swap. */
export type CheckpointKeys = { signer: Verify | null; claimed: Verify | null };

/** A checkpoint whose signature and place hold. */
export type ReviewedCheckpoint = {
  checkpoint: Checkpoint;
  /**
   * No neighbour is linked with it by `previous`. Where it also disagrees with the log, it was swapped in; a linked one
   * that disagrees exposes the log instead.
   */
  isolated: boolean;
  /** The `previous` of this one is not the checkpoint before it, though that one's signature and place hold. */
  brokenLink: boolean;
};

export type CheckpointReview = { sound: ReviewedCheckpoint[]; damages: AuditDamage[] };

/** Checkpoints in the order in which they are kept, which is that of their sizes. */
export function reviewCheckpoints(checkpoints: readonly Checkpoint[], keys: CheckpointKeys): CheckpointReview {
  const damages: AuditDamage[] = [];
  let largest = 0;
  const placed = checkpoints.map((checkpoint) => {
    const damage = signatureDamage(checkpoint, keys) ?? orderDamage(checkpoint, largest);
    if (damage !== null) damages.push(damage);
    else largest = checkpoint.size;
    return damage === null ? checkpoint : null;
  });
  const sound = placed.flatMap((checkpoint, index) => {
    if (checkpoint === null) return [];
    const left = linkBetween(index === 0 ? undefined : placed[index - 1], checkpoint);
    const right = index === placed.length - 1 ? 'unknown' : linkBetween(checkpoint, placed[index + 1]);
    const isolated = index === 0 && left === 'linked' ? right === 'broken' : left === 'broken' && right !== 'linked';
    return [{ checkpoint, isolated, brokenLink: left === 'broken' }];
  });
  return { sound, damages };
}

/** Damage where the key's signature is not on the checkpoint; null also where there is no key to verify by. */
export function signatureDamage(checkpoint: Checkpoint, { signer, claimed }: CheckpointKeys): AuditDamage | null {
  if (signer === null || isSignedBy(checkpoint, signer)) return null;
  const { size, keyId, signature } = checkpoint;
  const byClaimed = claimed?.verify(checkpointText(checkpoint), signature) === true;
  if (keyId !== signer.keyId || byClaimed) {
    const found = `The checkpoint of size ${size} is signed by key ${byClaimed ? claimed.keyId : keyId}`;
    return { ...keyDamage('audit_key_swapped', found, `the trusted key ${signer.keyId}`), checkpointSize: size };
  }
  return checkpointDamage(
    'audit_checkpoint_edited',
    size,
    `The checkpoint of size ${size} was edited, or not signed by Firebreak: its signature does not fit its text`,
    `a signature by key ${signer.keyId}`,
  );
}

/** After the log was compared: which checkpoints are not of this log, and where some are missing. */
export function chainDamages(
  sound: readonly ReviewedCheckpoint[],
  disagreeing: ReadonlySet<Checkpoint>,
): AuditDamage[] {
  const swapped = (reviewed: ReviewedCheckpoint | undefined) =>
    reviewed?.isolated === true && disagreeing.has(reviewed.checkpoint);
  return sound.flatMap((reviewed, index) => {
    const { size } = reviewed.checkpoint;
    if (swapped(reviewed)) return [swappedCheckpoint(size)];
    if (!reviewed.brokenLink || swapped(sound[index - 1])) return [];
    const before = sound[index - 1]?.checkpoint.size;
    return [
      checkpointDamage(
        'audit_checkpoint_removed',
        size,
        before === undefined
          ? `Checkpoints before that of size ${size}, now the first, were removed`
          : `A checkpoint between those of size ${before} and ${size} was removed`,
        `the checkpoint of size ${size} to name the one before it as its previous`,
      ),
    ];
  });
}

function swappedCheckpoint(size: number): AuditDamage {
  return checkpointDamage(
    'audit_checkpoint_swapped',
    size,
    `The checkpoint of size ${size} is of another log: neither the entries nor the checkpoints around it fit`,
    'this log’s own checkpoint of that size',
  );
}

function orderDamage({ size }: Checkpoint, largest: number): AuditDamage | null {
  if (size > largest) return null;
  return checkpointDamage(
    'audit_checkpoint_swapped',
    size,
    `A checkpoint of size ${size} stands after one of size ${largest}`,
    `a size above ${largest} at its place`,
  );
}

/** `undefined` is the beginning; null is a checkpoint that is bad, so that nothing can be said about its links. */
function linkBetween(left: Checkpoint | null | undefined, right: Checkpoint | null | undefined) {
  if (left === null || right === null || right === undefined) return 'unknown';
  return right.previous === (left === undefined ? null : checkpointDigest(left)) ? 'linked' : 'broken';
}
