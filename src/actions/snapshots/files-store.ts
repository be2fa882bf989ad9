// Snapshots of a folder: STORE/snapshots/ID.json lists the tree, STORE/objects/ holds each content once, named by its
// SHA-256. The list is written last, so a snapshot that has one is complete.

import { createHash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { access, type FileHandle, mkdir, open, readdir, readFile, realpath, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { z } from 'zod';
import { ActionError } from '../action.ts';
import { withLock } from '../lib/keyed-lock.ts';
import { runBinary } from '../lib/run-binary.ts';
import type { SnapshotTarget } from '../targets.ts';
import { replaceTree } from './files-restore.ts';
import type { Snapshot, SnapshotStore, Work } from './snapshot-store.ts';
import {
  bytesOf,
  contentOf,
  digestOf,
  firstDifference,
  hashOf,
  readTree,
  stringOf,
  type Tree,
  treeEntry,
} from './tree.ts';

type FilesTarget = Extract<SnapshotTarget, { kind: 'files' }>;

const storedSnapshot = z.object({
  id: z.string(),
  key: z.string(),
  takenAt: z.string(),
  purpose: z.enum(['snapshot', 'before_restore']),
  digest: z.string(),
  content: z.string(),
  tree: z.object({ entries: z.array(treeEntry), skipped: z.int() }),
});
type StoredSnapshot = z.output<typeof storedSnapshot>;

export function filesStore(target: FilesTarget): SnapshotStore {
  const listFile = (id: string) => join(target.store, 'snapshots', `${id}.json`);
  const locked = <Value>(work: () => Promise<Value>) => withLock(`files:${target.path}`, work);

  async function load(id: string): Promise<StoredSnapshot | undefined> {
    const text = await readFile(listFile(id), 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return undefined;
      throw error;
    });
    return text === undefined ? undefined : storedSnapshot.parse(JSON.parse(text));
  }

  async function loadWhole(id: string): Promise<StoredSnapshot> {
    const stored = await load(id);
    if (stored !== undefined) return stored;
    throw new ActionError('snapshot_missing', `There is no snapshot ${id} in ${target.store}`, { settled: true });
  }

  async function take(asked: Pick<Snapshot, 'id' | 'key' | 'purpose'>, work: Work): Promise<Snapshot> {
    const found = await load(asked.id);
    if (found !== undefined) return found;
    await prepare(target);
    const tree = await readTree(await rootOf(target), work, (file) => keep(target.store, file));
    const snapshot = { ...asked, takenAt: new Date().toISOString(), digest: digestOf(tree), content: contentOf(tree) };
    const draft = `${listFile(asked.id)}.${randomUUID()}`;
    await writeDurably(draft, JSON.stringify({ ...snapshot, tree }));
    // All contents are on disk before the list says that they are.
    await runBinary({ binary: 'sync', arguments: ['-f', target.store], signal: work.signal });
    await rename(draft, listFile(asked.id));
    return snapshot;
  }

  return {
    take: (asked, work) => locked(() => take(asked, work)),
    find: load,
    async all() {
      const names = await readdir(join(target.store, 'snapshots')).catch(() => []);
      const ids = names.flatMap((name) => (name.endsWith('.json') ? basename(name, '.json') : []));
      return (await Promise.all(ids.map(load))).flatMap((stored) => stored ?? []);
    },
    async damage(snapshot, work) {
      const { tree } = await loadWhole(snapshot.id);
      if (digestOf(tree) !== snapshot.digest) return 'its list was changed';
      return damagedObject(target.store, tree, work);
    },
    restore: (snapshot, asked, work) =>
      locked(async () => {
        const { tree } = await loadWhole(snapshot.id);
        const damaged = await damagedObject(target.store, tree, work);
        if (damaged !== undefined) {
          throw new ActionError('snapshot_damaged', `Snapshot ${snapshot.id}: ${damaged}`, { settled: true });
        }
        await mkdir(target.path, { recursive: true });
        const before = await take({ id: asked.before, key: asked.key, purpose: 'before_restore' }, work);
        await replaceTree(await rootOf(target), tree, (sha256) => objectFile(target.store, sha256), asked.before, work);
        return before;
      }),
    async difference(snapshot, _, work) {
      const { tree } = await loadWhole(snapshot.id);
      try {
        return firstDifference(tree, await readTree(await rootOf(target), work));
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 'the folder is missing';
        throw error;
      }
    },
  };
}

const objectFile = (store: string, sha256: string) => join(store, 'objects', sha256.slice(0, 2), sha256);

/** The folder itself, through links, as a byte string. */
async function rootOf(target: FilesTarget): Promise<string> {
  return stringOf(await realpath(bytesOf(stringOf(Buffer.from(target.path))), 'buffer'));
}

async function prepare(target: FilesTarget): Promise<void> {
  await mkdir(join(target.store, 'snapshots'), { recursive: true, mode: 0o700 });
  await mkdir(join(target.store, 'objects'), { recursive: true, mode: 0o700 });
  const [path, store] = await Promise.all([realpath(target.path), realpath(target.store)]);
  if (store === path || store.startsWith(`${path}/`) || path.startsWith(`${store}/`)) {
    const reason = `The store ${store} and the folder ${path} must not lie in one another`;
    throw new ActionError('store_inside', reason, { settled: true });
  }
}

/** Copies a content into the store unless it is there; returns its SHA-256. */
async function keep(store: string, file: FileHandle): Promise<string> {
  const known = await hashOf(file);
  if (await exists(objectFile(store, known))) return known;
  const draft = join(store, 'objects', `draft-${randomUUID()}`);
  const hash = createHash('sha256');
  const copy = await open(draft, 'wx', 0o400);
  try {
    for await (const chunk of file.createReadStream({ start: 0, autoClose: false })) {
      hash.update(chunk);
      await copy.writeFile(chunk);
    }
  } finally {
    await copy.close();
  }
  // Of what was copied: the file may have changed since it was first read.
  const sha256 = hash.digest('hex');
  await mkdir(dirname(objectFile(store, sha256)), { recursive: true, mode: 0o700 });
  await rename(draft, objectFile(store, sha256));
  return sha256;
}

async function damagedObject(store: string, tree: Tree, work: Work): Promise<string | undefined> {
  const wanted = new Set(tree.entries.flatMap((entry) => (entry.type === 'file' ? entry.sha256 : [])));
  for (const sha256 of wanted) {
    work.signal.throwIfAborted();
    const hash = createHash('sha256');
    try {
      for await (const chunk of createReadStream(objectFile(store, sha256))) hash.update(chunk);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return `content ${sha256} is missing`;
      throw error;
    }
    if (hash.digest('hex') !== sha256) return `content ${sha256} was changed`;
  }
  return undefined;
}

async function writeDurably(file: string, text: string): Promise<void> {
  const handle = await open(file, 'wx', 0o600);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } catch (error) {
    await rm(file, { force: true });
    throw error;
  } finally {
    await handle.close();
  }
}

const exists = (file: string) =>
  access(file).then(
    () => true,
    () => false,
  );
