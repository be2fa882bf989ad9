// Whether a response plan folder changed since the last look: by names, sizes and times of its files, which costs no
// reading. File watchers are deliberately not used: they say nothing on network mounts and miss folders that are swapped.

import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** Beyond that many entries a folder is no plan; loading says so. */
const mostEntries = 5_000;

/** The same text for as long as nobody changes a file; another one, with great likelihood, once someone did. */
export async function fingerprintOf(folder: string): Promise<string> {
  const names = await yamlFiles(folder);
  const lines = await Promise.all(names.sort().map(async (name) => `${name} ${await factsOf(join(folder, name))}`));
  return lines.join('\n');
}

async function yamlFiles(folder: string): Promise<string[]> {
  const found: string[] = [];
  const waiting = ['.'];
  for (let next = waiting.pop(); next !== undefined && found.length < mostEntries; next = waiting.pop()) {
    const at = next;
    const entries = await readdir(join(folder, at), { withFileTypes: true }).catch(() => []);
    for (const entry of entries.slice(0, mostEntries)) {
      const name = join(at, entry.name);
      if (entry.isDirectory()) waiting.push(name);
      else if (/\.ya?ml$/i.test(entry.name)) found.push(name);
    }
  }
  return found;
}

async function factsOf(path: string): Promise<string> {
  try {
    const { ino, size, mtimeMs, ctimeMs } = await stat(path);
    return `${ino} ${size} ${mtimeMs} ${ctimeMs}`;
  } catch {
    return 'unreadable';
  }
}
