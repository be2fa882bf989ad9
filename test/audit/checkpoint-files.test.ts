import { chmod, mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import {
  checkpointPath,
  checkpointsPath,
  listCheckpoints,
  newestCheckpoint,
  readCheckpoint,
  readCheckpoints,
  writeCheckpoint,
} from '../../src/audit/checkpoint-files.ts';
import { checkpointText, isSignedBy } from '../../src/core/audit/checkpoint.ts';
import { at, simpleLog } from '../core/audit/logs.ts';
import { checkpointsOf, newKey, temporaryFolder } from './fixtures.ts';

const key = newKey();
const checkpoints = checkpointsOf(simpleLog(12), [3, 7, 12], key);

async function written() {
  const folder = await temporaryFolder();
  for (const checkpoint of checkpoints) await writeCheckpoint(folder, checkpoint);
  return folder;
}

describe('a checkpoint', () => {
  it('is signed over its canonical text without the signature', () => {
    const [first] = checkpoints;
    expect(first && isSignedBy(first, key.publicKey)).toBe(true);
    expect(first && checkpointText(first)).toMatch(
      /^\{"at":"[^"]+","head":"[0-9a-f]{64}","keyId":"[0-9a-f]{16}","previous":null,"root":"[0-9a-f]{64}","size":3,"version":1\}$/,
    );
  });
});

describe('checkpoint files', () => {
  it('read back as they were written, by ascending size', async () => {
    const folder = await written();
    expect(await readCheckpoints(folder)).toEqual(checkpoints);
    expect(await newestCheckpoint(folder)).toEqual(at(checkpoints, 2));
    expect(await listCheckpoints(folder)).toEqual([3, 7, 12]);
    expect(await readdir(checkpointsPath(folder))).toEqual([
      '000000000003.json',
      '000000000007.json',
      '000000000012.json',
    ]);
  });

  it('are none before the first', async () => {
    const folder = await temporaryFolder();
    expect(await readCheckpoints(folder)).toEqual([]);
    expect(await newestCheckpoint(folder)).toBeNull();
  });

  it('stay as they are when the same is written again', async () => {
    const folder = await written();
    await writeCheckpoint(folder, at(checkpoints, 0));
    expect(await readCheckpoints(folder)).toEqual(checkpoints);
  });

  it('are never overwritten with other content', async () => {
    const folder = await written();
    const before = await readFile(checkpointPath(folder, 7), 'utf8');
    const other = { ...at(checkpoints, 1), at: '2026-06-06T06:06:06.006Z' };
    await expect(writeCheckpoint(folder, other)).rejects.toMatchObject({ code: 'audit_checkpoint_conflict' });
    expect(await readFile(checkpointPath(folder, 7), 'utf8')).toBe(before);
  });

  it('never fork: one that does not follow the newest is refused', async () => {
    const folder = await written();
    const rival = checkpointsOf(simpleLog(14), [3, 7, 14], key);
    await expect(writeCheckpoint(folder, at(rival, 2))).rejects.toMatchObject({ code: 'audit_checkpoint_conflict' });
    await expect(writeCheckpoint(await temporaryFolder(), at(rival, 1))).rejects.toThrow('does not follow');
    expect(await listCheckpoints(folder)).toEqual([3, 7, 12]);
  });

  it('have one winner when two write different ones of a size at once', async () => {
    const folder = await temporaryFolder();
    const [first] = checkpointsOf(simpleLog(3), [3], key);
    const [other] = checkpointsOf(simpleLog(3), [3], newKey());
    const outcomes = await Promise.allSettled(
      [first, other].flatMap((it) => (it ? [writeCheckpoint(folder, it)] : [])),
    );
    expect(outcomes.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
    expect(await readdir(checkpointsPath(folder))).toEqual(['000000000003.json']);
  });

  it('leave no draft behind, and drafts of a crash are no checkpoints', async () => {
    const folder = await written();
    await writeFile(`${checkpointsPath(folder)}/.000000000020.json.tmp`, '{');
    expect(await listCheckpoints(folder)).toEqual([3, 7, 12]);
  });

  it('that hold the checkpoint of another size are found out', async () => {
    const folder = await written();
    await rename(checkpointPath(folder, 7), checkpointPath(folder, 12));
    await expect(readCheckpoint(folder, 12)).rejects.toMatchObject({ code: 'audit_checkpoint_swapped' });
  });

  it.each(['', '{}', '{"version":2}', 'not json'])('that hold %j are found out', async (text) => {
    const folder = await written();
    await chmod(checkpointPath(folder, 7), 0o644);
    await writeFile(checkpointPath(folder, 7), text);
    await expect(readCheckpoints(folder)).rejects.toMatchObject({ code: 'audit_checkpoint_unreadable' });
  });

  it('cannot be written where the folder is a file: the error says so', async () => {
    const folder = await temporaryFolder();
    await mkdir(folder, { recursive: true });
    await writeFile(checkpointsPath(folder), '');
    await expect(writeCheckpoint(folder, at(checkpoints, 0))).rejects.toMatchObject({ code: 'ENOTDIR' });
  });
});
