/** What verification can find wrong with an audit log, and the words for it. How it is found is in diagnose.ts. */

export type AuditDamageCode =
  | 'audit_entry_edited'
  | 'audit_entry_deleted'
  | 'audit_entry_inserted'
  | 'audit_entry_reordered'
  | 'audit_entry_duplicated'
  | 'audit_tail_truncated'
  | 'audit_chain_rewritten'
  | 'audit_checkpoint_edited'
  | 'audit_checkpoint_swapped'
  | 'audit_checkpoint_removed'
  | 'audit_checkpoint_unreadable'
  | 'audit_key_swapped'
  | 'audit_key_missing'
  | 'audit_export_malformed';

export type AuditDamage = {
  code: AuditDamageCode;
  /** The first bad entry, by the number it has or should have; null where a checkpoint or key is bad, not an entry. */
  seq: number | null;
  /**
   * Where the first bad entry is known to lie. `from` = `to` = `seq` where it is exact; wider where hashes were computed
   * again, so that the rows themselves no longer tell.
   */
  range: { from: number; to: number } | null;
  /** The size of the checkpoint that is bad, or that exposed the damage; null where neither. */
  checkpointSize: number | null;
  /** What was found, what was expected, and what to do. */
  message: string;
};

const entryAdvice =
  'Leave the database as it is for the investigation, trust nothing from there on, and compare with an export or backup.';
const checkpointAdvice = 'Put back the copy that is kept elsewhere, and find out who can write to the checkpoints.';

/** Damage whose first bad entry is known. `found` and `expected` are clauses of one sentence. */
export function entryDamage(code: AuditDamageCode, seq: number, found: string, expected: string): AuditDamage {
  return {
    code,
    seq,
    range: { from: seq, to: seq },
    checkpointSize: null,
    message: `${found}; expected ${expected}. ${entryAdvice}`,
  };
}

/** Damage that certainly shows at `to`, and may begin as early as `from`. */
export function rangeDamage(
  code: AuditDamageCode,
  { seq, from, to }: { seq: number; from: number; to: number },
  found: string,
  expected: string,
): AuditDamage {
  const where = from === to ? '' : ` The first bad entry is one of ${from} to ${to}.`;
  return {
    code,
    seq,
    range: { from, to },
    checkpointSize: null,
    message: `${found}; expected ${expected}.${where} ${entryAdvice}`,
  };
}

/** A log that hangs together and still is not the one that `source` saw: entry `seq` has another hash there. */
export function rewrittenChain(
  { seq, from }: { seq: number; from: number },
  hashes: { found: string; expected: string },
  source: string,
): AuditDamage {
  return rangeDamage(
    'audit_chain_rewritten',
    { seq: from, from, to: seq },
    `The chain was computed again: the log hangs together, but entry ${seq} has hash ${hashes.found}`,
    `${hashes.expected}, as in ${source}`,
  );
}

/** A log that ends before what `source` saw. */
export function truncatedTail(size: number, expected: string, source: string): AuditDamage {
  const found = `The log ends with entry ${size}: what came after it was cut off`;
  return entryDamage('audit_tail_truncated', size + 1, found, `${expected}, as in ${source}`);
}

export function checkpointDamage(code: AuditDamageCode, size: number, found: string, expected: string): AuditDamage {
  return {
    code,
    seq: null,
    range: null,
    checkpointSize: size,
    message: `${found}; expected ${expected}. ${checkpointAdvice}`,
  };
}

export function keyDamage(code: AuditDamageCode, found: string, expected: string): AuditDamage {
  return {
    code,
    seq: null,
    range: null,
    checkpointSize: null,
    message: `${found}; expected ${expected}. Trust no checkpoint until it verifies with a key from elsewhere, and find out who can write to the key files.`,
  };
}
