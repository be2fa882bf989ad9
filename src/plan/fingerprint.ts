// Whether a response plan folder changed since the last look: by names, sizes and times of its files, which costs no
// reading. File watchers are deliberately not used: they say nothing on network mounts and miss folders that are swapped.

import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { listYamlFiles } from './list-files.ts';

/** The same text for as long as nobody changes a file; another one, with great likelihood, once someone did. */
export async function fingerprintOf(folder: string): Promise<string> {
  const { files } = await listYamlFiles(folder);
  return (await Promise.all(files.map(async (file) => `${file} ${await factsOf(join(folder, file))}`))).join('\n');
}

async function factsOf(path: string): Promise<string> {
  try {
    const { ino, size, mtimeMs, ctimeMs } = await stat(path);
    return `${ino} ${size} ${mtimeMs} ${ctimeMs}`;
  } catch {
    return 'unreadable';
  }
}
