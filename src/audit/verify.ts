/**
 * Verifies an audit log against its checkpoints, the keys and copies that are kept elsewhere, and an older export.
 * Knows neither where entries come from nor where checkpoints are kept: verify-log.ts brings both.
 */
import { bytesToHex } from '@noble/hashes/utils.js';
import type { ChainPosition } from '../core/audit/chain.ts';
import { type Checkpoint, checkpointDigest, type Verify } from '../core/audit/checkpoint.ts';
import { type AuditDamage, checkpointDamage, entryDamage, keyDamage } from '../core/audit/damage.ts';
import type { StoredEntry } from '../core/audit/entry.ts';
import { chainDamages, reviewCheckpoints, signatureDamage } from '../core/audit/review-checkpoints.ts';
import { verifyChain } from '../core/audit/verify-chain.ts';
import { type Anchor, compareWithOutside } from './compare.ts';
import { AuditFileError } from './durable-files.ts';
import { parsePublicKey } from './keys.ts';

export type AuditEvidence = {
  /** In the order of their numbers, from 1 on. */
  entries: AsyncIterable<StoredEntry>;
  /** The log's own checkpoints, by ascending size. */
  checkpoints: readonly Checkpoint[];
  /** SPKI PEM from where an attacker on the log cannot change it. */
  trustedPublicKey?: string | undefined;
  /** SPKI PEM that the log brings itself; used where no trusted one is given, which proves less. */
  publicKey?: string | undefined;
  /** Checkpoints of this log that are kept elsewhere: any of them, in any order. */
  witnesses?: readonly Checkpoint[] | undefined;
  /** An older export of the log, verified by itself before. It pins the first differing entry. */
  reference?: AsyncIterable<StoredEntry> | undefined;
  /**
   * Asked after the last entry: where the log itself says that it ends (the store's head row as of the same snapshot, an
   * export's last line); null where it does not say.
   */
  claimedEnd?: (() => ChainPosition | null) | undefined;
};

export type AuditVerdict = {
  ok: boolean;
  /** The first bad entry where there is one, else the first bad checkpoint or key; null where all holds. */
  damage: AuditDamage | null;
  /** What else is bad. */
  further: AuditDamage[];
  /** The entries that hold, from 1 on, and the hash and Merkle root (hex) at that size. */
  size: number;
  head: string;
  root: string;
  /**
   * Up to here, a checkpoint or the older export confirms the entries. Those after it hang together, but whoever can
   * write to the database could have replaced them, or removed some at the end.
   */
  confirmedSize: number;
  /** How many checkpoints agree with the entries. */
  checkpoints: number;
  /** The key that the signatures were verified with; null where there is none. */
  keyId: string | null;
  keyIsTrusted: boolean;
};

/** @throws AuditFileError `audit_key_unreadable` where the trusted key is not one; whatever reading entries throws. */
export async function verifyAudit(evidence: AuditEvidence): Promise<AuditVerdict> {
  const { signer, claimed, trusted, damages: keyDamages } = keysOf(evidence);
  const review = reviewCheckpoints(evidence.checkpoints, { signer, claimed });
  const witnesses = reviewWitnesses(evidence.witnesses ?? [], { signer, claimed });
  const anchors: Anchor[] = [
    ...review.sound.map(({ checkpoint, isolated }) => ({ checkpoint, isolated, keptElsewhere: false })),
    ...witnesses.sound.map((checkpoint) => ({ checkpoint, isolated: false, keptElsewhere: true })),
  ];
  const outside = compareWithOutside(anchors, evidence.reference);
  try {
    const { position, damage: chainDamage } = await verifyChain(evidence.entries, { observe: outside.observe });
    const tailDamage = async () =>
      (await outside.missingTail(position)) ?? endDamage(position, evidence.claimedEnd?.());
    const logDamage = chainDamage ?? (await tailDamage());
    const disagreeing = outside.disagreeing(chainDamage === null ? position.size : null);
    const [damage = null, ...further] = [
      ...(logDamage === null ? [] : [logDamage]),
      ...keyDamages,
      ...review.damages,
      ...chainDamages(review.sound, disagreeing),
      ...witnesses.damages,
      ...withdrawn(witnesses.sound, evidence.checkpoints, disagreeing),
    ];
    return {
      ok: damage === null,
      damage,
      further,
      size: position.size,
      head: position.head,
      root: bytesToHex(outside.tree.root()),
      confirmedSize: outside.confirmedSize(),
      checkpoints: outside.agreeing(),
      keyId: signer?.keyId ?? null,
      keyIsTrusted: trusted,
    };
  } finally {
    await outside.close();
  }
}

type Keys = { signer: Verify | null; claimed: Verify | null; trusted: boolean; damages: AuditDamage[] };

function keysOf({ trustedPublicKey, publicKey, checkpoints, witnesses = [] }: AuditEvidence): Keys {
  const damages: AuditDamage[] = [];
  const trusted = trustedPublicKey === undefined ? null : parsePublicKey(trustedPublicKey, 'The trusted public key');
  let claimed: Verify | null = null;
  try {
    claimed = publicKey === undefined ? null : parsePublicKey(publicKey, 'The log’s public key');
  } catch (error) {
    if (!(error instanceof AuditFileError)) throw error;
    damages.push(keyDamage('audit_key_swapped', 'The log’s own public key is not an ed25519 key', 'an SPKI PEM'));
  }
  if (trusted !== null && claimed !== null && claimed.keyId !== trusted.keyId) {
    const found = `The log brings public key ${claimed.keyId}`;
    damages.push(keyDamage('audit_key_swapped', found, `the trusted key ${trusted.keyId}`));
  }
  const signed = checkpoints.length + witnesses.length;
  if (signed > 0 && trusted === null && publicKey === undefined) {
    const found = `There is no public key to verify ${signed} checkpoints by`;
    damages.push(keyDamage('audit_key_missing', found, 'the one that signed them'));
  }
  return { signer: trusted ?? claimed, claimed, trusted: trusted !== null, damages };
}

function endDamage(end: ChainPosition, claimed: ChainPosition | null | undefined): AuditDamage | null {
  if (!claimed || (claimed.size === end.size && claimed.head === end.head)) return null;
  const found = `The log ends with entry ${end.size} of hash ${end.head}`;
  const expected = `entry ${claimed.size} of hash ${claimed.head}, as the log itself says`;
  if (claimed.size > end.size) return entryDamage('audit_tail_truncated', end.size + 1, found, expected);
  if (claimed.size < end.size) return entryDamage('audit_entry_inserted', claimed.size + 1, found, expected);
  return entryDamage('audit_entry_edited', end.size, found, expected);
}

function reviewWitnesses(witnesses: readonly Checkpoint[], keys: Pick<Keys, 'signer' | 'claimed'>) {
  const damages: AuditDamage[] = [];
  const sound = witnesses.filter((checkpoint) => {
    const damage = signatureDamage(checkpoint, keys);
    if (damage !== null) damages.push({ ...damage, message: `Kept elsewhere: ${damage.message}` });
    return damage === null;
  });
  return { sound, damages };
}

/** Checkpoints that are kept elsewhere and fit the log, but that the log no longer has. */
function withdrawn(
  witnesses: readonly Checkpoint[],
  own: readonly Checkpoint[],
  disagreeing: ReadonlySet<Checkpoint>,
): AuditDamage[] {
  const known = new Set(own.map(checkpointDigest));
  return witnesses
    .filter((witness) => !known.has(checkpointDigest(witness)) && !disagreeing.has(witness))
    .map(({ size }) => {
      const found = `The checkpoint of size ${size} that is kept elsewhere is not among the log’s own`;
      return checkpointDamage('audit_checkpoint_removed', size, found, 'it to be there, as it fits the entries');
    });
}
