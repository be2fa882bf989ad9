import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkpointPath, readCheckpoints } from '../../src/audit/checkpoint-files.ts';
import { takeCheckpoint } from '../../src/audit/checkpointer.ts';
import { loadOrCreateSigningKey } from '../../src/audit/keys.ts';
import { verifyLiveLog } from '../../src/audit/verify-log.ts';
import type { StoredEntry } from '../../src/core/audit/entry.ts';
import { at, chained, forgedPayload, payloadOf, rowAfter, simpleLog, stream } from '../core/audit/logs.ts';
import { newKey, temporaryFolder } from './fixtures.ts';

const log = simpleLog(30);

/** Takes checkpoints of whatever rows the database has, and counts the rows that it reads. */
async function checkpointer() {
  const firebreakDir = await temporaryFolder();
  const key = await loadOrCreateSigningKey(firebreakDir);
  let rowsRead = 0;
  async function take(rows: StoredEntry[], signer = key) {
    rowsRead = 0;
    async function* entriesAfter(seq: number) {
      for (const row of rows.filter((candidate) => candidate.seq > seq)) {
        rowsRead += 1;
        yield row;
      }
    }
    return takeCheckpoint({ firebreakDir, entriesAfter, key: signer, at: '2026-02-03T04:05:06.007Z' });
  }
  return { firebreakDir, take, rowsRead: () => rowsRead };
}

describe('taking a checkpoint', () => {
  it('signs what the log is now, and reads only what is new since the last one', async () => {
    const { firebreakDir, take, rowsRead } = await checkpointer();
    for (const size of [1, 7, 8, 30]) {
      const before = (await readCheckpoints(firebreakDir)).at(-1)?.size ?? 0;
      expect(await take(log.slice(0, size))).toMatchObject({
        kind: 'made',
        checkpoint: { size, head: at(log, size - 1).hash },
      });
      expect(rowsRead()).toBe(size - before + (before === 0 ? 0 : 1));
    }
    expect(await verifyLiveLog({ firebreakDir, entries: stream(log) })).toMatchObject({
      ok: true,
      checkpoints: 4,
      confirmedSize: 30,
    });
  });

  it('changes nothing where nothing is new', async () => {
    const { firebreakDir, take } = await checkpointer();
    expect(await take([])).toEqual({ kind: 'unchanged', newest: null });
    await take(log);
    expect(await take(log)).toMatchObject({ kind: 'unchanged', newest: { size: 30 } });
    expect(await readCheckpoints(firebreakDir)).toHaveLength(1);
  });

  it.each([
    ['is missing', null],
    ['is broken', '{"size":'],
    ['is of another size', JSON.stringify({ size: 1, nodes: ['00'.repeat(32)] })],
    ['was forged', JSON.stringify({ size: 12, nodes: ['00'.repeat(32), '11'.repeat(32)] })],
  ])('gives the same when the saved tree %s', async (_name, saved) => {
    const [first, second] = [await checkpointer(), await checkpointer()];
    for (const { take } of [first, second]) await take(log.slice(0, 12));
    const path = join(second.firebreakDir, 'audit-tree.json');
    await (saved === null ? rm(path) : writeFile(path, saved));
    const [expected, got] = [await first.take(log), await second.take(log)];
    if (expected.kind !== 'made' || got.kind !== 'made') throw new Error('no checkpoint was made');
    expect(got.checkpoint.root).toBe(expected.checkpoint.root);
  });

  it.each<[string, StoredEntry[], string, number]>([
    ['was edited since', log.with(20, { ...at(log, 20), actor: 'person:eve' }), 'audit_entry_edited', 21],
    [
      'was rewritten below the newest checkpoint',
      chained([forgedPayload(), ...log.slice(5).map(payloadOf)], log.slice(0, 4)),
      'audit_chain_rewritten',
      1,
    ],
    [
      'was replaced right after the newest checkpoint',
      log.with(12, rowAfter('ee'.repeat(32), 13, forgedPayload())),
      'audit_entry_edited',
      13,
    ],
    ['was cut below the newest checkpoint', log.slice(0, 9), 'audit_tail_truncated', 10],
    ['lost the entry that the newest checkpoint ends with', log.toSpliced(11, 1), 'audit_entry_deleted', 12],
    ['was emptied', [], 'audit_tail_truncated', 1],
  ])('signs nothing when the log %s', async (_name, rows, code, seq) => {
    for (const treeIsSaved of [true, false]) {
      const { firebreakDir, take } = await checkpointer();
      await take(log.slice(0, 12));
      if (!treeIsSaved) await rm(join(firebreakDir, 'audit-tree.json'));
      const outcome = await take(rows);
      expect(outcome).toMatchObject({ kind: 'refused', damage: { code } });
      if (!treeIsSaved) expect(outcome).toMatchObject({ damage: { seq } });
      expect(await readCheckpoints(firebreakDir)).toHaveLength(1);
    }
  });

  it('signs nothing on top of a checkpoint by another key', async () => {
    const { take, firebreakDir } = await checkpointer();
    await take(log.slice(0, 12), newKey());
    expect(await take(log)).toMatchObject({ kind: 'refused', damage: { code: 'audit_key_swapped' } });
    await rm(checkpointPath(firebreakDir, 12));
    expect(await take(log)).toMatchObject({ kind: 'made' });
  });
});
