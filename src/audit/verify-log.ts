/** Verifies a whole log where it is: the live one of a Firebreak folder, or an export file, offline. */

import { assertNever } from '../core/assert-never.ts';
import type { ChainPosition } from '../core/audit/chain.ts';
import type { Checkpoint } from '../core/audit/checkpoint.ts';
import { type AuditDamage, entryDamage } from '../core/audit/damage.ts';
import type { StoredEntry } from '../core/audit/entry.ts';
import { listCheckpoints, readCheckpoint } from './checkpoint-files.ts';
import { AuditFileError, readIfThere } from './durable-files.ts';
import { type AuditExport, type ExportEnding, openExport } from './export.ts';
import { publicKeyPath } from './keys.ts';
import { type AuditEvidence, type AuditVerdict, verifyAudit } from './verify.ts';

/** What the verifier holds himself, out of reach of whoever can write to the log. */
export type Kept = Pick<AuditEvidence, 'trustedPublicKey' | 'witnesses'> & {
  /** The path of an older export of the same log. It is verified by itself first. */
  olderExportPath?: string | undefined;
};

/**
 * The live log: entries and head row as the store reads them in one snapshot, checkpoints and public key from
 * FIREBREAK_DIR.
 * @throws AuditFileError where the older export does not verify, or the trusted key is not one
 */
export async function verifyLiveLog(
  log: { firebreakDir: string; entries: AsyncIterable<StoredEntry>; head?: ChainPosition },
  { olderExportPath, ...kept }: Kept = {},
): Promise<AuditVerdict> {
  const { checkpoints, damages } = await readAllCheckpoints(log.firebreakDir);
  const publicKey = (await readIfThere(publicKeyPath(log.firebreakDir))) ?? undefined;
  const reference = await openReference({ olderExportPath, ...kept });
  const claimedEnd = () => log.head ?? null;
  const evidence = { entries: log.entries, checkpoints, publicKey, reference, claimedEnd, ...kept };
  return withDamages(await verifyAudit(evidence), damages);
}

/**
 * An export file, offline.
 * @throws AuditFileError `audit_export_malformed` where the file is no export at all, and as verifyLiveLog does
 */
export async function verifyExport(path: string, { olderExportPath, ...kept }: Kept = {}): Promise<AuditVerdict> {
  const reference = await openReference({ olderExportPath, ...kept });
  const log = await openExport(path);
  const publicKey = log.publicKey ?? undefined;
  const claimedEnd = () => endOf(log.ending());
  const evidence = { entries: log.entries, checkpoints: log.checkpoints, publicKey, reference, claimedEnd, ...kept };
  return withEnding(await verifyAudit(evidence), log, path);
}

async function openReference({ olderExportPath, trustedPublicKey }: Kept): Promise<AuditEvidence['reference']> {
  if (olderExportPath === undefined) return undefined;
  const { ok, damage } = await verifyExport(olderExportPath, { trustedPublicKey });
  if (!ok) {
    throw new AuditFileError(
      'audit_export_damaged',
      `The older export ${olderExportPath} does not verify itself, so nothing can be compared with it: ${damage?.message}`,
    );
  }
  return (await openExport(olderExportPath)).entries;
}

/** A checkpoint file that cannot be read is damage to name beside the others, not the end of the verification. */
async function readAllCheckpoints(firebreakDir: string) {
  const checkpoints: Checkpoint[] = [];
  const damages: AuditDamage[] = [];
  for (const size of await listCheckpoints(firebreakDir)) {
    try {
      checkpoints.push(await readCheckpoint(firebreakDir, size));
    } catch (error) {
      if (!(error instanceof AuditFileError)) throw error;
      const code = error.code === 'audit_checkpoint_swapped' ? error.code : 'audit_checkpoint_unreadable';
      damages.push({ code, seq: null, range: null, checkpointSize: size, message: error.message });
    }
  }
  return { checkpoints, damages };
}

function endOf(ending: ExportEnding): ChainPosition | null {
  return ending.kind === 'whole' ? { size: ending.size, head: ending.head } : null;
}

/** Where the entries hold as far as they go, the way the file ends may say that they do not go far enough. */
function withEnding(verdict: AuditVerdict, log: AuditExport, path: string): AuditVerdict {
  const entriesAreBad = verdict.damage !== null && verdict.damage.seq !== null;
  if (entriesAreBad && verdict.damage?.code !== 'audit_tail_truncated') return verdict;
  const damage = endingDamage(log.ending(), verdict, path);
  return damage === null ? verdict : withDamages(verdict, [damage]);
}

function endingDamage(ending: ExportEnding, { size }: AuditVerdict, path: string): AuditDamage | null {
  const next = size + 1;
  switch (ending.kind) {
    case 'malformed': {
      const found = `Line ${ending.line} of ${path} cannot be read (${ending.reason})`;
      return entryDamage('audit_export_malformed', next, found, `entry ${next} or the end`);
    }
    case 'cut':
      return entryDamage('audit_tail_truncated', next, `${path} breaks off after entry ${size}`, 'its last line');
    case 'whole':
      return null;
    default:
      return assertNever(ending);
  }
}

/** Entries first: the first bad one is what a reader looks for. */
function withDamages(verdict: AuditVerdict, added: readonly AuditDamage[]): AuditVerdict {
  const all = [...added, ...(verdict.damage === null ? [] : [verdict.damage]), ...verdict.further];
  const [damage = null, ...further] = [
    ...all.filter(({ seq }) => seq !== null),
    ...all.filter(({ seq }) => seq === null),
  ];
  return { ...verdict, ok: damage === null, damage, further };
}
