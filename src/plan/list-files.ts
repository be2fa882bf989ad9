// The names of the YAML files below a folder, bounded, sorted, so that nothing depends on the order of the file system.

import { opendir } from 'node:fs/promises';
import { join } from 'node:path';

export const folderBounds = { entries: 5_000, folders: 200 } as const;

export interface FileList {
  /** Paths in the folder with "/". */
  files: string[];
  /** True when the folder holds more than is looked at. */
  cut: boolean;
}

const isYaml = (name: string): boolean => /\.ya?ml$/i.test(name);
/** `.git` and what else tools keep; no plan file begins with a dot. */
const isHidden = (name: string): boolean => name.startsWith('.');

/** Links to folders are not followed: they may lead anywhere, in circles too. */
export async function listYamlFiles(folder: string): Promise<FileList> {
  const files: string[] = [];
  const waiting = [''];
  let left: number = folderBounds.entries;
  for (let seen = 0; waiting.length > 0; seen += 1) {
    if (seen >= folderBounds.folders) return { files: files.sort(), cut: true };
    const at = waiting.shift() ?? '';
    for await (const entry of await entriesOf(join(folder, at))) {
      left -= 1;
      if (left < 0) return { files: files.sort(), cut: true };
      const path = at === '' ? entry.name : `${at}/${entry.name}`;
      if (isHidden(entry.name)) continue;
      if (entry.isDirectory() && !isYaml(entry.name)) waiting.push(path);
      else if (isYaml(entry.name)) files.push(path);
    }
  }
  return { files: files.sort(), cut: false };
}

async function entriesOf(path: string) {
  try {
    return await opendir(path);
  } catch {
    // Whoever needs a file of it finds out why.
    return [];
  }
}
