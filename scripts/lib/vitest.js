// Runs Vitest and reads what it counted.

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findNode } from './node.js';
import { root, run, say } from './run.js';

/** `{passed, failed, skipped: [{name, reason}]}` */
export function runVitest(args) {
  const folder = mkdtempSync(join(tmpdir(), 'firebreak-test-counts-'));
  const countsFile = join(folder, 'counts.json');
  try {
    const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs');
    const reporters = ['--reporter=default', `--reporter=${join(root, 'scripts', 'lib', 'count-reporter.js')}`];
    const env = { ...process.env, FIREBREAK_TEST_COUNTS: countsFile, PATH: pathWithNode() };
    const code = run(findNode(), [vitest, 'run', ...reporters, ...args], { env });
    const counts = readCounts(countsFile);
    if (counts === undefined) say(`Vitest ended with exit code ${code} before it counted.`);
    const { passed, failed, skipped } = counts ?? { passed: 0, failed: 0, skipped: [] };
    // An exit code that no test explains (a crash, an error outside tests) is a failure of its own.
    return { passed, failed: failed === 0 && code !== 0 ? 1 : failed, skipped };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Tests that start `node` get the one that they run on. */
function pathWithNode() {
  return `${join(root, 'node_modules', '.bin')}:${process.env.PATH ?? ''}`;
}

function readCounts(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}
