// Keeps node_modules as package-lock.json has it.

import { existsSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { root, run, SetupError, say } from './run.js';

/**
 * Runs `npm ci` when something of package-lock.json is missing or has another version.
 * @param {{dev: boolean}} needs whether packages for development count: tests need them, a run does not.
 */
export function ensureDependencies({ dev }) {
  if (isInstalled(dev)) return;
  say('Installing dependencies (npm ci): about a minute the first time.');
  const code = run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    env: { ...process.env, PATH: outsidePath() },
  });
  if (code !== 0) throw new SetupError(`npm ci failed with exit code ${code}: see its output above.`);
}

/** npm itself must not run on the Node that it is about to replace in node_modules. */
function outsidePath() {
  const inside = join('node_modules', '.bin');
  const folders = (process.env.PATH ?? '').split(delimiter);
  return folders.filter((folder) => !folder.endsWith(inside)).join(delimiter);
}

/** npm writes .package-lock.json last, so an interrupted install counts as none. */
function isInstalled(dev) {
  const wanted = readPackages(join(root, 'package-lock.json'));
  const present = readPackages(join(root, 'node_modules', '.package-lock.json'));
  if (wanted === undefined) throw new SetupError('package-lock.json is missing or broken: check it out again.');
  if (present === undefined) return false;
  return Object.entries(wanted).every(([path, entry]) => {
    if (path in present) return present[path].version === entry.version;
    // The root itself is not listed; optional packages are for other platforms.
    return path === '' || entry.optional || (!dev && (entry.dev || entry.devOptional));
  });
}

function readPackages(file) {
  if (!existsSync(file)) return undefined;
  try {
    return JSON.parse(readFileSync(file, 'utf8')).packages;
  } catch {
    return undefined;
  }
}
