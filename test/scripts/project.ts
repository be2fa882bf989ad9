// A small project with our scripts in it: what they prepare and run is real, only smaller.

import { type ChildProcess, spawn } from 'node:child_process';
import { cp, mkdir, symlink, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { temporaryDir } from '../embedded/support.ts';

const repository = fileURLToPath(new URL('../../', import.meta.url));

/** A project in which nothing is to be done: installed, and with a console that is built. `main` is its command line. */
export async function createProject(main: string): Promise<string> {
  const root = await temporaryDir();
  const lock = { name: 'small', lockfileVersion: 3, packages: { '': {}, 'node_modules/vite': { version: '8.0.0' } } };
  await cp(join(repository, 'scripts'), join(root, 'scripts'), { recursive: true });
  await write(root, 'package.json', JSON.stringify({ name: 'small', type: 'module', private: true }));
  await write(root, 'package-lock.json', JSON.stringify(lock));
  await write(root, 'node_modules/.package-lock.json', JSON.stringify(lock));
  await mkdir(join(root, 'node_modules/node/bin'), { recursive: true });
  await symlink(process.execPath, join(root, 'node_modules/node/bin/node'));
  for (const name of ['vite', 'vitest'])
    await symlink(join(repository, 'node_modules', name), join(root, 'node_modules', name));
  await write(root, 'src/cli/main.ts', main);
  await write(root, 'src/console/vite.config.ts', 'export default { root: import.meta.dirname };');
  await write(root, 'src/console/index.html', '<!doctype html><title>The console</title>');
  await write(root, 'src/console/dist/index.html', 'built');
  return root;
}

export async function write(root: string, file: string, content: string): Promise<void> {
  const path = join(root, file);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, content);
}

/** As if the file had been edited after everything else. */
export async function touch(root: string, file: string): Promise<void> {
  const later = new Date(Date.now() + 60_000);
  await utimes(join(root, file), later, later);
}

export interface Run {
  child: ChildProcess;
  stdout(): string;
  stderr(): string;
  exitCode: Promise<number | null>;
}

export function runScript(root: string, script: string, args: string[] = []): Run {
  const child = spawn(process.execPath, [join(root, script), ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  const texts = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].on('data', (chunk: Buffer) => {
      texts[name] += chunk;
    });
  }
  const exitCode = new Promise<number | null>((resolve) => child.once('close', resolve));
  return { child, stdout: () => texts.stdout, stderr: () => texts.stderr, exitCode };
}
