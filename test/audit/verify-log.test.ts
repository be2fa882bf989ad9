import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkpointPath, writeCheckpoint } from '../../src/audit/checkpoint-files.ts';
import { writeExport } from '../../src/audit/export.ts';
import { loadOrCreateSigningKey, publicKeyPath } from '../../src/audit/keys.ts';
import { verifyExport, verifyLiveLog } from '../../src/audit/verify-log.ts';
import type { StoredEntry } from '../../src/core/audit/entry.ts';
import { at, chained, forgedPayload, payloadOf, simpleLog, stream } from '../core/audit/logs.ts';
import { checkpointsOf, newKey, temporaryFolder } from './fixtures.ts';

const log = simpleLog(40);

/** A Firebreak folder with the log's key and checkpoints, and a way to export any rows from it. */
async function installation() {
  const firebreakDir = await temporaryFolder();
  const key = await loadOrCreateSigningKey(firebreakDir);
  const checkpoints = checkpointsOf(log, [10, 20, 30], key);
  for (const checkpoint of checkpoints) await writeCheckpoint(firebreakDir, checkpoint);
  const exported = async (name: string, rows: StoredEntry[]) => {
    const path = join(firebreakDir, name);
    await writeExport(path, { publicKey: key.publicKey.pem, checkpoints, entries: stream(rows) });
    return path;
  };
  return { firebreakDir, key, checkpoints, exported, trustedPublicKey: key.publicKey.pem };
}

describe('the live log', () => {
  it('verifies against the files of its folder', async () => {
    const { firebreakDir, key } = await installation();
    expect(await verifyLiveLog({ firebreakDir, entries: stream(log) })).toMatchObject({
      ...{ ok: true, size: 40, confirmedSize: 30, checkpoints: 3, keyId: key.keyId, keyIsTrusted: false },
    });
  });

  it('verifies on a fresh installation, before any key or checkpoint', async () => {
    const firebreakDir = await temporaryFolder();
    expect(await verifyLiveLog({ firebreakDir, entries: stream([]) })).toMatchObject({
      ok: true,
      size: 0,
      keyId: null,
    });
  });

  it('does not verify by a key that was put in the place of its own', async () => {
    const { firebreakDir, trustedPublicKey } = await installation();
    await writeFile(publicKeyPath(firebreakDir), newKey().publicKey.pem);
    const live = { firebreakDir, entries: stream(log) };
    expect((await verifyLiveLog(live)).damage).toMatchObject({ code: 'audit_key_swapped', checkpointSize: 10 });
    const withTrusted = await verifyLiveLog({ firebreakDir, entries: stream(log) }, { trustedPublicKey });
    expect(withTrusted).toMatchObject({ damage: { code: 'audit_key_swapped', checkpointSize: null }, checkpoints: 3 });
  });

  it('names the checkpoint file that holds another checkpoint, and goes on', async () => {
    const { firebreakDir } = await installation();
    await rename(checkpointPath(firebreakDir, 20), checkpointPath(firebreakDir, 30));
    const verdict = await verifyLiveLog({ firebreakDir, entries: stream(log) });
    expect(verdict.damage).toMatchObject({ code: 'audit_checkpoint_swapped', checkpointSize: 30 });
    expect(verdict).toMatchObject({ size: 40, checkpoints: 1 });
  });

  it('names a damaged entry before a checkpoint file that cannot be read', async () => {
    const { firebreakDir } = await installation();
    await rm(checkpointPath(firebreakDir, 20));
    await writeFile(checkpointPath(firebreakDir, 20), '');
    const rows = log.with(4, { ...at(log, 4), actor: 'person:eve' });
    const { damage, further } = await verifyLiveLog({ firebreakDir, entries: stream(rows) });
    expect(damage).toMatchObject({ code: 'audit_entry_edited', seq: 5 });
    expect(further.map(({ code }) => code)).toContain('audit_checkpoint_unreadable');
  });

  it('that lost its last entries is found out by the head that the store kept', async () => {
    const { firebreakDir } = await installation();
    const head = { size: 40, head: at(log, 39).hash };
    expect(await verifyLiveLog({ firebreakDir, entries: stream(log), head })).toMatchObject({ ok: true });
    const cut = await verifyLiveLog({ firebreakDir, entries: stream(log.slice(0, 35)), head });
    expect(cut.damage).toMatchObject({ code: 'audit_tail_truncated', seq: 36 });
    const added = await verifyLiveLog({ firebreakDir, entries: stream(chained([forgedPayload()], log)), head });
    expect(added.damage).toMatchObject({ code: 'audit_entry_inserted', seq: 41 });
  });

  it('that was rewritten after its checkpoints is exposed by an older export', async () => {
    const { firebreakDir, exported, trustedPublicKey } = await installation();
    const olderExportPath = await exported('older.ndjson', log.slice(0, 38));
    const rows = chained([forgedPayload(), ...log.slice(35).map(payloadOf)], log.slice(0, 34));
    expect(await verifyLiveLog({ firebreakDir, entries: stream(rows) })).toMatchObject({ ok: true, confirmedSize: 30 });
    const verdict = await verifyLiveLog({ firebreakDir, entries: stream(rows) }, { trustedPublicKey, olderExportPath });
    expect(verdict.damage).toMatchObject({ code: 'audit_chain_rewritten', seq: 35, range: { from: 35, to: 35 } });
  });
});

describe('an export', () => {
  it('verifies offline, with the trusted key', async () => {
    const { exported, trustedPublicKey, checkpoints } = await installation();
    const verdict = await verifyExport(await exported('audit.ndjson', log), {
      trustedPublicKey,
      witnesses: checkpoints,
    });
    expect(verdict).toMatchObject({ ok: true, size: 40, checkpoints: 3, keyIsTrusted: true });
  });

  it.each<[string, (text: string) => string, string, number]>([
    [
      'an edit',
      (text) => text.replace('"actor":"workflow","key":"key-7"', '"actor":"eve","key":"key-7"'),
      'audit_entry_edited',
      7,
    ],
    ['a deleted line', (text) => without(text, '"seq":9,'), 'audit_entry_deleted', 9],
    ['a line twice', (text) => text.replace(/(\{"entry":.*"seq":9,.*\n)/, '$1$1'), 'audit_entry_duplicated', 9],
    ['two lines swapped', (text) => text.replace(/(.*"seq":9,.*\n)(.*\n)/, '$2$1'), 'audit_entry_reordered', 9],
    [
      'a line that is no JSON',
      (text) => text.replace('{"entry":{"incidentId":"7k2m9q","at":"2026-01-01T00:00:35', '{'),
      'audit_export_malformed',
      35,
    ],
    ['lines missing at the end', (text) => without(text, '"seq":40,'), 'audit_tail_truncated', 40],
    ['a file cut at the end of a line', (text) => text.slice(0, text.indexOf('{"end"')), 'audit_tail_truncated', 41],
    ['a file cut in a line', (text) => text.slice(0, text.indexOf('"seq":35,')), 'audit_export_malformed', 35],
    [
      'a file cut before its last checkpoint',
      (text) => text.slice(0, text.indexOf('"seq":25,')),
      'audit_export_malformed',
      25,
    ],
    [
      'an end that says less',
      (text) => text.replace('"end":{"size":40', '"end":{"size":39'),
      'audit_entry_inserted',
      40,
    ],
    [
      'an end with another head',
      (text) => text.replace(/"head":"\w+"\}\}\n$/, '"head":""}}\n'),
      'audit_entry_edited',
      40,
    ],
  ])('with %s names the first bad entry', async (_name, tamper, code, seq) => {
    const { exported, trustedPublicKey } = await installation();
    const path = await exported('audit.ndjson', log);
    const [before, after] = [await readFile(path, 'utf8'), tamper(await readFile(path, 'utf8'))];
    expect(after).not.toBe(before);
    await writeFile(path, after);
    expect((await verifyExport(path, { trustedPublicKey })).damage).toMatchObject({ code, seq });
  });

  it('that does not verify itself is no older export to compare with', async () => {
    const { firebreakDir, exported } = await installation();
    const olderExportPath = await exported('older.ndjson', log.with(3, { ...at(log, 3), key: null }));
    const verdict = verifyLiveLog({ firebreakDir, entries: stream(log) }, { olderExportPath });
    await expect(verdict).rejects.toMatchObject({ code: 'audit_export_damaged' });
  });
});

function without(text: string, part: string): string {
  return text
    .split('\n')
    .filter((line) => !line.includes(part))
    .join('\n');
}
