// One folder tree as a list of entries with content hashes. The tree may belong to an attacker, who may swap a file for
// a link while it is read: every file is opened without following links, and its place is checked once it is open.
// Paths are byte strings (one character a byte), for file names need not be UTF-8.

import { createHash } from 'node:crypto';
import { constants, type FileHandle, lstat, open, readdir, readlink } from 'node:fs/promises';
import { z } from 'zod';
import { canonicalJson } from '../../core/canonical.ts';
import { ActionError } from '../action.ts';
import type { Work } from './snapshot-store.ts';

const attributes = {
  /** Relative to the root, which is ''. */
  path: z.string(),
  /** Permission bits, with setuid, setgid and sticky. */
  mode: z.int(),
  uid: z.int(),
  gid: z.int(),
  /** Of the last change, in microseconds: as exact as the standard library can set it. */
  mtimeUs: z.int(),
};

export const treeEntry = z.discriminatedUnion('type', [
  z.object({ type: z.literal('folder'), ...attributes }),
  z.object({ type: z.literal('file'), ...attributes, size: z.int(), sha256: z.string() }),
  z.object({ type: z.literal('link'), ...attributes, to: z.string() }),
]);
export type TreeEntry = z.output<typeof treeEntry>;

export interface Tree {
  /** Sorted by path, folders before what is in them. */
  entries: TreeEntry[];
  /** Sockets, pipes and devices: they hold nothing that could be kept. */
  skipped: number;
}

/** Given each open file; returns its SHA-256. */
export type FileReader = (file: FileHandle) => Promise<string>;

export const bytesOf = (path: string) => Buffer.from(path, 'latin1');
export const stringOf = (bytes: Buffer) => bytes.toString('latin1');

/** @param root an absolute path without links, as a byte string */
export async function readTree(root: string, work: Work, read: FileReader = hashOf): Promise<Tree> {
  const tree: Tree = { entries: [], skipped: 0 };
  await visit('');
  tree.entries.sort((left, right) => (left.path < right.path ? -1 : 1));
  return tree;

  async function visit(path: string): Promise<void> {
    work.signal.throwIfAborted();
    const place = path === '' ? root : `${root}/${path}`;
    const status = await lstat(bytesOf(place), { bigint: true });
    const common = {
      path,
      mode: Number(status.mode & 0o7777n),
      uid: Number(status.uid),
      gid: Number(status.gid),
      mtimeUs: Number(status.mtimeNs / 1_000n),
    };
    if (status.isSymbolicLink()) {
      tree.entries.push({ type: 'link', ...common, to: stringOf(await readlink(bytesOf(place), 'buffer')) });
    } else if (status.isDirectory()) {
      tree.entries.push({ type: 'folder', ...common });
      for (const name of await readdir(bytesOf(place), 'buffer')) {
        await visit(path === '' ? stringOf(name) : `${path}/${stringOf(name)}`);
      }
    } else if (status.isFile()) {
      const { sha256, size } = await readFile(place);
      tree.entries.push({ type: 'file', ...common, size, sha256 });
      if (tree.entries.length % 500 === 0) work.progress(`${tree.entries.length} files and folders read`);
    } else tree.skipped++;
  }

  async function readFile(place: string): Promise<{ sha256: string; size: number }> {
    // Without O_NONBLOCK, a pipe that took the file's place would hold us for ever.
    const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
    const file = await open(bytesOf(place), flags);
    try {
      const status = await file.stat();
      const opened = stringOf(await readlink(`/proc/self/fd/${file.fd}`, 'buffer'));
      if (!status.isFile() || opened !== place) {
        throw new ActionError('tree_changed', `${display(place)} was replaced while it was read`);
      }
      return { sha256: await read(file), size: status.size };
    } finally {
      await file.close();
    }
  }
}

export async function hashOf(file: FileHandle): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of file.createReadStream({ start: 0, autoClose: false })) hash.update(chunk);
  return hash.digest('hex');
}

/** Of everything that a restore brings back. */
export function digestOf(tree: Tree): string {
  return createHash('sha256').update(canonicalJson(tree.entries)).digest('hex');
}

/** The first difference, for people; undefined when there is none. */
export function firstDifference(wanted: Tree, found: Tree): string | undefined {
  const foundByPath = new Map(found.entries.map((entry) => [entry.path, entry]));
  for (const entry of wanted.entries) {
    const other = foundByPath.get(entry.path);
    if (other === undefined) return `${display(entry.path)} is missing`;
    if (canonicalJson(entry) !== canonicalJson(other)) return `${display(entry.path) || 'the folder itself'} differs`;
    foundByPath.delete(entry.path);
  }
  const extra = foundByPath.keys().next();
  return extra.done ? undefined : `${display(extra.value)} is there and should not be`;
}

export function contentOf(tree: Tree): string {
  const files = tree.entries.filter((entry) => entry.type === 'file');
  const bytes = files.reduce((sum, file) => sum + file.size, 0);
  const skipped = tree.skipped === 0 ? '' : `, without ${tree.skipped} sockets, pipes or devices`;
  return `${files.length} files and ${tree.entries.length - files.length} folders and links, ${bytes} bytes${skipped}`;
}

export const display = (path: string) => bytesOf(path).toString('utf8');
