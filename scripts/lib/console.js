// Builds the web console when its sources are newer than what was built.

import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { findNode } from './node.js';
import { capture, root, SetupError, say } from './run.js';

const folder = join(root, 'src', 'console');
const built = join(folder, 'dist', 'index.html');

/** Throws SetupError with Vite's output when the build fails. */
export function ensureConsole() {
  if (isFresh()) return;
  say('Building the web console.');
  const vite = join(root, 'node_modules', 'vite', 'bin', 'vite.js');
  const { ok, output } = capture(findNode(), [vite, 'build', '--config', join(folder, 'vite.config.ts')]);
  if (!ok) throw new SetupError(`The web console could not be built:\n${output}`);
}

function isFresh() {
  if (!existsSync(built)) return false;
  // A dependency is a source too.
  const sources = [join(root, 'package-lock.json'), ...filesIn(folder)];
  const builtAt = statSync(built).mtimeMs;
  return sources.every((file) => statSync(file).mtimeMs <= builtAt);
}

function filesIn(directory) {
  return readdirSync(directory, { withFileTypes: true }).flatMap((entry) => {
    const path = join(directory, entry.name);
    if (!entry.isDirectory()) return [path];
    return entry.name === 'dist' ? [] : filesIn(path);
  });
}
