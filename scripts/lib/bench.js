// Installs what is missing, quietly when nothing is, and hands over to the benchmark.

import { join } from 'node:path';
import { ensureDependencies } from './dependencies.js';
import { findNode } from './node.js';
import { become, exitWith, root } from './run.js';
import { ensureSystemPackages } from './system-packages.js';

export function bench(args) {
  try {
    ensureDependencies({ dev: true });
    ensureSystemPackages();
    become(findNode(), [join(root, 'test', 'bench', 'main.ts'), ...args]);
  } catch (error) {
    exitWith(error);
  }
}
