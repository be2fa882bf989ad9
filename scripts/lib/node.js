// Finds a Node that runs TypeScript as it is.

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { root, SetupError } from './run.js';

/** The first version that needs no flag for type stripping and has what our dependencies ask for. */
const minimum = [22, 19];

export function isRecentNode(version = process.versions.node) {
  const [major, minor] = version.split('.').map(Number);
  return major > minimum[0] || (major === minimum[0] && minor >= minimum[1]);
}

/** Path of the Node from node_modules, which is the version that Firebreak is tested with; else the running one. */
export function findNode() {
  const local = join(root, 'node_modules', 'node', 'bin', 'node');
  if (existsSync(local)) return local;
  if (isRecentNode()) return process.execPath;
  throw new SetupError(
    `Firebreak needs Node ${minimum.join('.')} or newer, and this is ${process.versions.node}: npm was kept from installing its own (ignore-scripts?). Run "npm rebuild node", or install a newer Node.`,
  );
}
