import { execFileSync } from 'node:child_process';
import { chmod, lutimes, mkdir, mkdtemp, readdir, realpath, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { restore } from '../../src/actions/restore.ts';
import { runAction } from '../../src/actions/runner.ts';
import { snapshot } from '../../src/actions/snapshot.ts';
import { snapshotId } from '../../src/actions/snapshots/snapshot-store.ts';
import { digestOf, readTree } from '../../src/actions/snapshots/tree.ts';
import { parseTargets, type Targets } from '../../src/actions/targets.ts';
import { undoAction } from '../../src/actions/undo.ts';
import { armSite } from '../../src/fault-sites.ts';
import { type MemoryJournal, memoryJournal } from './memory-journal.ts';
import { actionContext, runOptions } from './options.ts';

let folder: string;
let root: string;
let store: string;
let targets: Targets;
let journal: MemoryJournal;

beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'firebreak-files-')));
  root = join(folder, 'www');
  store = join(folder, 'store');
  targets = parseTargets(`snapshots: { web-root: { kind: files, path: ${root}, store: ${store} } }`, 'targets.yaml');
  journal = memoryJournal();
  await mkdir(join(root, 'img/deep'), { recursive: true });
  await writeFile(join(root, 'index.html'), '<h1>hello</h1>');
  await writeFile(join(root, 'run.sh'), '#!/bin/sh\n');
  await chmod(join(root, 'run.sh'), 0o4755);
  await writeFile(join(root, 'img/deep/same.html'), '<h1>hello</h1>');
  await writeFile(join(root, 'empty'), '');
  await symlink('../outside', join(root, 'img/link'));
  await writeFile(Buffer.concat([Buffer.from(`${root}/latin-`), Buffer.from([0xe9, 0x0a])]), 'name that is no UTF-8');
  await chmod(join(root, 'img'), 0o2750);
  for (const name of ['index.html', 'img', '']) await lutimes(join(root, name), 1_700_000_000.123, 1_700_000_000.123);
});
afterEach(async () => {
  armSite(undefined);
  await rm(folder, { recursive: true, force: true });
});

const live = (key: string) => runOptions({ key, targets, journal });
const target = { target: 'web-root' };
const digest = async () => digestOf(await readTree(root, actionContext()));
/** An independent witness of names, modes, owners, links, times to the microsecond and contents. */
const witness = () =>
  execFileSync(
    'sh',
    ['-c', 'find . -printf "%P %y %m %U %G %l %.26T+\\n" | sort; find . -type f -exec sha256sum {} + | sort'],
    {
      cwd: root,
      env: { LC_ALL: 'C', PATH: '/usr/bin:/bin' },
      encoding: 'latin1',
    },
  );

async function taken(key = 'i0/snapshot'): Promise<string> {
  const outcome = await runAction(snapshot, target, live(key));
  expect(outcome).toMatchObject({ state: 'applied' });
  return snapshotId(key);
}

async function deface(): Promise<void> {
  await writeFile(join(root, 'index.html'), 'defaced');
  await rm(join(root, 'img'), { recursive: true });
  await writeFile(join(root, 'img'), 'a file where a folder was');
  await mkdir(join(root, 'shell/x'), { recursive: true });
  await writeFile(join(root, 'shell/x/backdoor'), '');
  await chmod(join(root, 'run.sh'), 0o777);
}

describe('snapshot and restore of a folder', () => {
  it('brings a defaced folder back, equal in content, modes, links, owners and times; undo brings the defaced one back', async () => {
    const before = witness();
    const id = await taken();
    await deface();
    const defaced = witness();
    const outcome = await runAction(restore, { ...target, snapshot: id }, live('i1/restore'));
    expect(outcome).toMatchObject({ state: 'applied', readBack: `web-root equals snapshot ${id}` });
    expect(witness()).toBe(before);
    expect(await undoAction(restore, { ...target, snapshot: id }, live('i1/restore'))).toMatchObject({
      state: 'undone',
    });
    expect(witness()).toBe(defaced);
  });

  it('brings back a folder that was wiped, from the last snapshot before a time', async () => {
    const before = witness();
    await taken();
    const time = new Date(Date.now() + 1).toISOString();
    await new Promise((resolve) => setTimeout(resolve, 5));
    await rm(root, { recursive: true });
    await mkdir(root);
    await taken('i0/too-late');
    await rm(root, { recursive: true });
    const outcome = await runAction(restore, { ...target, before: time }, live('i1/restore'));
    expect(outcome).toMatchObject({ state: 'applied', evidence: { snapshot: snapshotId('i0/snapshot') } });
    expect(witness()).toBe(before);
  });

  it('keeps each content once, readable by nobody else', async () => {
    await taken();
    await taken('i0/again');
    const objects = (await readdir(join(store, 'objects'), { recursive: true, withFileTypes: true })).filter((each) =>
      each.isFile(),
    );
    expect(objects).toHaveLength(4);
    expect((await stat(join(store, 'objects'))).mode & 0o777).toBe(0o700);
  });

  it.each(['action.after-intent', 'action.after-apply'] as const)(
    'restores once, and keeps what was there, through a crash at %s',
    async (site) => {
      const id = await taken();
      await deface();
      const defaced = await digest();
      armSite((passing) => {
        if (passing !== site) return;
        armSite(undefined);
        throw new Error('crash');
      });
      await expect(runAction(restore, { ...target, snapshot: id }, live('i1/restore'))).rejects.toThrow('crash');
      expect(await runAction(restore, { ...target, snapshot: id }, live('i1/restore'))).toMatchObject({
        state: 'applied',
      });
      await undoAction(restore, { ...target, snapshot: id }, live('i1/restore'));
      expect(await digest()).toBe(defaced);
    },
  );

  it('finishes what a restore that died half way left behind', async () => {
    const before = witness();
    const id = await taken();
    await deface();
    await runAction(snapshot, target, live('i1/restore/before'));
    const workshop = join(folder, `.www.firebreak-${snapshotId('i1/restore/before')}`);
    await mkdir(join(workshop, 'old'), { recursive: true });
    await rm(join(root, 'shell'), { recursive: true });
    expect(await runAction(restore, { ...target, snapshot: id }, live('i1/restore'))).toMatchObject({
      state: 'applied',
    });
    expect(witness()).toBe(before);
    expect(await readdir(folder)).toEqual(['store', 'www']);
  });

  it('restores nothing from a snapshot whose content was changed', async () => {
    const id = await taken();
    const objects = (await readdir(join(store, 'objects'), { recursive: true, withFileTypes: true })).filter((each) =>
      each.isFile(),
    );
    const [object] = objects;
    if (object === undefined) throw new Error('there is no object');
    const file = join(object.parentPath, object.name);
    await chmod(file, 0o600);
    await writeFile(file, 'altered');
    await deface();
    const defaced = witness();
    const outcome = await runAction(restore, { ...target, snapshot: id }, live('i1/restore'));
    expect(outcome).toMatchObject({ state: 'failed', failure: { code: 'snapshot_damaged' } });
    expect(witness()).toBe(defaced);
  });

  it('fails when there is no such snapshot, and when the store lies in the folder', async () => {
    const missing = await runAction(restore, { ...target, snapshot: 'a'.repeat(24) }, live('i1/restore'));
    expect(missing).toMatchObject({ state: 'failed', failure: { code: 'snapshot_missing' } });
    targets = parseTargets(
      `snapshots: { web-root: { kind: files, path: ${root}, store: ${root}/store } }`,
      'targets.yaml',
    );
    expect(await runAction(snapshot, target, live('i2/snapshot'))).toMatchObject({ failure: { code: 'store_inside' } });
  });

  it('never reads through a link that takes the place of a folder or a file', async () => {
    await writeFile(join(folder, 'secret'), 'secret');
    await symlink(folder, join(root, 'way-out'));
    await symlink(join(folder, 'secret'), join(root, 'pointer'));
    const tree = await readTree(root, actionContext());
    expect(tree.entries.filter(({ path }) => path.startsWith('way-out'))).toMatchObject([{ type: 'link' }]);
    expect(tree.entries.find(({ path }) => path === 'pointer')).toMatchObject({ type: 'link' });
    await mkdir(join(root, 'swapped'));
    await writeFile(join(root, 'swapped/secret'), 'mine');
    const swapping = actionContext();
    let swapped = false;
    const read = readTree(root, swapping, async (file) => {
      if (!swapped) {
        swapped = true;
        await rm(join(root, 'swapped'), { recursive: true });
        await symlink(folder, join(root, 'swapped'));
      }
      return (await file.readFile('utf8')).slice(0, 6);
    });
    const contents = await read.then(
      (found) => JSON.stringify(found),
      (error) => String(error.message),
    );
    expect(contents).not.toContain('"sha256":"secret"');
  });

  it('passes sockets, pipes and devices over, and says so', async () => {
    execFileSync('mkfifo', [join(root, 'pipe')]);
    const outcome = await runAction(snapshot, target, live('i0/snapshot'));
    expect(outcome.detail).toContain('without 1 sockets, pipes or devices');
  });

  it('brings any tree back to the byte', async () => {
    const name = fc.constantFrom('a', 'b', 'c c', "d'$(x)", '-rf', '.hidden', 'é', '*');
    const tree = fc.array(
      fc.record({
        path: fc.array(name, { minLength: 1, maxLength: 3 }),
        text: fc.string({ maxLength: 50 }),
        mode: fc.constantFrom(0o600, 0o644, 0o755),
      }),
      { maxLength: 8 },
    );
    let round = 0;
    const lay = async (files: { path: string[]; text: string; mode: number }[]) => {
      await rm(root, { recursive: true });
      await mkdir(root);
      for (const { path, text, mode } of files) {
        try {
          await mkdir(join(root, ...path.slice(0, -1)), { recursive: true });
          await writeFile(join(root, ...path), text, { mode });
        } catch {
          // A folder where a file is, or the other way round: then there is only the first.
        }
      }
    };
    await fc.assert(
      fc.asyncProperty(tree, tree, async (first, second) => {
        round++;
        await lay(first);
        const before = witness();
        const id = await taken(`r${round}/snapshot`);
        await lay(second);
        const replaced = witness();
        await runAction(restore, { ...target, snapshot: id }, live(`r${round}/restore`));
        expect(witness()).toBe(before);
        await undoAction(restore, { ...target, snapshot: id }, live(`r${round}/restore`));
        expect(witness()).toBe(replaced);
      }),
      { numRuns: 15 },
    );
  });
});
