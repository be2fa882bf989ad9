// Puts a tree in the place of what is in a folder. It is built beside the folder, where whoever owns the folder cannot
// reach it, and moved in one top-level entry at a time; the folder itself stays, so what is mounted or works in it does.

import { chmod, copyFile, lchown, lutimes, mkdir, readdir, rename, symlink } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { ActionError } from '../action.ts';
import { runBinary } from '../lib/run-binary.ts';
import type { Work } from './snapshot-store.ts';
import { bytesOf, display, stringOf, type Tree, type TreeEntry } from './tree.ts';

/**
 * Calling it again finishes what a crash cut short.
 * @param root absolute, without links, as a byte string
 * @param id names the folder it works in
 */
export async function replaceTree(
  root: string,
  tree: Tree,
  contentFile: (sha256: string) => string,
  id: string,
  work: Work,
): Promise<void> {
  const workshop = `${dirname(root)}/.${basename(root)}.firebreak-${id}`;
  await removeAll(workshop, work.signal);
  await mkdir(bytesOf(workshop), { mode: 0o700 });
  for (const part of ['new', 'old']) await mkdir(bytesOf(`${workshop}/${part}`), { mode: 0o700 });
  await build(`${workshop}/new`, tree, contentFile, work);

  const wanted = new Set(tree.entries.flatMap(({ path }) => (path === '' || path.includes('/') ? [] : path)));
  const present = new Set((await readdir(bytesOf(root), 'buffer')).map(stringOf));
  for (const name of new Set([...wanted, ...present])) {
    if (present.has(name)) await move(`${root}/${name}`, `${workshop}/old/${name}`);
    if (wanted.has(name)) await move(`${workshop}/new/${name}`, `${root}/${name}`);
  }
  const own = tree.entries.find(({ path }) => path === '');
  if (own !== undefined) await setAttributes(root, own);
  await removeAll(workshop, work.signal);
}

async function build(top: string, tree: Tree, contentFile: (sha256: string) => string, work: Work): Promise<void> {
  const below = tree.entries.filter(({ path }) => path !== '');
  let built = 0;
  for (const entry of below) {
    work.signal.throwIfAborted();
    const place = bytesOf(`${top}/${entry.path}`);
    if (entry.type === 'folder') await mkdir(place, { mode: 0o700 });
    else if (entry.type === 'link') await symlink(bytesOf(entry.to), place);
    else await copyFile(contentFile(entry.sha256), place);
    if (++built % 500 === 0) work.progress(`${built} of ${below.length} files and folders built`);
  }
  // From the inside out: writing into a folder changes its time, and may not be allowed by its mode.
  for (const entry of below.toReversed()) await setAttributes(`${top}/${entry.path}`, entry);
}

async function setAttributes(path: string, entry: TreeEntry): Promise<void> {
  const place = bytesOf(path);
  // Only root may give files away; anybody else restores their own.
  if (process.getuid?.() === 0) await lchown(place, entry.uid, entry.gid);
  if (entry.type !== 'link') await chmod(place, entry.mode);
  // The library cuts to whole microseconds, and half of one keeps a rounding error from taking one away.
  const seconds = (entry.mtimeUs + 0.5) / 1_000_000;
  await lutimes(place, seconds, seconds);
}

async function move(from: string, to: string): Promise<void> {
  try {
    await rename(bytesOf(from), bytesOf(to));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'EXDEV' && code !== 'EBUSY') throw error;
    const reason = `${display(from)} is another file system, or is on another one than the folder above: name a folder inside it`;
    throw new ActionError('mount_point', reason, { settled: true, cause: error });
  }
}

/** By rm, which follows no link that somebody slips in while it works; the standard library's own does. */
async function removeAll(path: string, signal: AbortSignal): Promise<void> {
  const result = await runBinary({
    binary: 'rm',
    arguments: ['-rf', '--one-file-system', '--', display(path)],
    signal,
  });
  if (result.exitCode !== 0) throw new ActionError('cannot_remove', `${display(path)}: ${result.stderr.trim()}`);
}
