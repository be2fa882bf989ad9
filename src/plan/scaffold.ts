// Writes a small plan to start from: scaffold/ beside this file, with the JSON Schemas of this version.

import { cp, mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { descriptions } from '../actions/descriptions/index.ts';
import { planSchemas } from './schemas.ts';

const scaffold = new URL('./scaffold/', import.meta.url).pathname;
/** A repository that was just made is as good as empty. */
const mayBeThere = new Set(['.git']);

export class FolderInUse extends Error {
  readonly code = 'folder_not_empty';
}

/** Returns the files that were written, as paths in the folder. @throws FolderInUse */
export async function writeScaffold(folder: string): Promise<string[]> {
  await mkdir(folder, { recursive: true });
  const [other] = (await readdir(folder)).filter((name) => !mayBeThere.has(name));
  if (other !== undefined) {
    throw new FolderInUse(`${folder} is not empty (there is ${other}): name a new folder, or an empty one`);
  }
  await cp(scaffold, folder, { recursive: true, force: false });
  await mkdir(join(folder, 'schemas'));
  for (const [name, text] of planSchemas(descriptions))
    await writeFile(join(folder, 'schemas', name), text, { flag: 'wx' });
  const names = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = names.filter((entry) => entry.isFile() && !entry.parentPath.includes('.git'));
  return files.map(({ parentPath, name }) => join(parentPath, name).slice(folder.length + 1)).sort();
}
