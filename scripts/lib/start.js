// Installs and builds what is missing, quietly when nothing is, and hands over to the command line.

import { join } from 'node:path';
import { ensureConsole } from './console.js';
import { ensureDependencies } from './dependencies.js';
import { findNode } from './node.js';
import { become, exitWith, root } from './run.js';

export function start(args) {
  try {
    ensureDependencies({ dev: false });
    ensureConsole();
    become(findNode(), [join(root, 'src', 'cli', 'main.ts'), 'up', ...args]);
  } catch (error) {
    exitWith(error);
  }
}
