// The built console, built once for each content of its sources: test files and runs share it.

import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';

const root = resolve(import.meta.dirname, '../../..');
const cache = join(root, 'node_modules/.cache/firebreak-console');
/** What the bundle is made of, besides locked packages. */
const sources = ['src/console', 'src/core', 'package-lock.json'];

/** Folder of the built files. */
export async function builtConsole(): Promise<string> {
  const folder = join(cache, await digestOfSources());
  if (existsSync(folder)) return folder;
  await mkdir(cache, { recursive: true });
  const fresh = await mkdtemp(join(cache, 'building-'));
  // In a process of its own: in Vitest's, NODE_ENV is test, and React would be built for development.
  await promisify(execFile)(
    process.execPath,
    ['node_modules/vite/bin/vite.js', 'build', '--config', 'src/console/vite.config.ts', '--outDir', fresh],
    { cwd: root, env: { ...process.env, NODE_ENV: 'production' } },
  );
  // Another test file may have been faster; its result is the same.
  await rename(fresh, folder).catch(() => rm(fresh, { recursive: true, force: true }));
  return folder;
}

async function digestOfSources(): Promise<string> {
  const hash = createHash('sha256');
  for (const source of sources)
    for (const file of await filesIn(source)) hash.update(file).update(await readFile(join(root, file)));
  return hash.digest('hex').slice(0, 16);
}

async function filesIn(path: string): Promise<string[]> {
  if (path.endsWith('.json')) return [path];
  const entries = await readdir(join(root, path), { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1))
    .filter((file) => !file.startsWith('src/console/dist/'))
    .sort();
}
