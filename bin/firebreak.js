#!/usr/bin/env node
// `npx firebreak …` from the checkout, under whatever Node the machine has.

import { join } from 'node:path';
import { ensureConsole } from '../scripts/lib/console.js';
import { ensureDependencies } from '../scripts/lib/dependencies.js';
import { findNode, isRecentNode } from '../scripts/lib/node.js';
import { become, exitWith, root } from '../scripts/lib/run.js';

try {
  ensureDependencies({ dev: false });
  const args = process.argv.slice(2);
  // The commands that serve the console.
  if (['up', 'gateway'].includes(args.find((arg) => !arg.startsWith('-')))) ensureConsole();
  const main = join(root, 'src', 'cli', 'main.ts');
  if (isRecentNode()) {
    process.argv[1] = main;
    await import(main);
  } else {
    become(findNode(), [main, ...args]);
  }
} catch (error) {
  exitWith(error);
}
