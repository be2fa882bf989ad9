// The order of a test run: prepare, static checks, tests, one line of counts. A part that fails never hides the others.

import { join } from 'node:path';
import { ensureConsole } from './console.js';
import { ensureDependencies } from './dependencies.js';
import { findNode } from './node.js';
import { capture, exitWith, root, run, SetupError, say } from './run.js';
import { ensureSystemPackages } from './system-packages.js';
import { runVitest } from './vitest.js';

const bin = (...path) => join(root, 'node_modules', ...path);

const staticChecks = [
  { name: 'types', file: bin('.bin', 'tsc'), args: ['--noEmit'] },
  { name: 'types of the console', file: bin('.bin', 'tsc'), args: ['--noEmit', '--project', 'src/console'] },
  { name: 'format and lint', file: bin('.bin', 'biome'), args: ['check'] },
];

const faultsFlag = '--with-faults';

/** With `--with-faults` the crash tests follow, alone on the machine. Other arguments go to Vitest. */
export function test(args) {
  const chosen = args.filter((argument) => argument !== faultsFlag);
  const isWhole = chosen.length === 0;
  try {
    ensureDependencies({ dev: true });
    const prepared = prepare();
    const results = [...(isWhole ? staticChecks.map(checkStatically) : []), runVitest(chosen), prepared];
    if (args.includes(faultsFlag)) results.push(runVitest(['--config', 'vitest.faults.config.ts', ...chosen]));
    finish(results, isWhole);
  } catch (error) {
    exitWith(error);
  }
}

/** A console that does not build is a failed check; a missing server is not, for the tests that need it fail themselves. */
function prepare() {
  ensureSystemPackages();
  const servers = run(findNode(), [join(root, 'scripts', 'fetch-servers.ts')]);
  if (servers !== 0) say('Tests on the missing Temporal servers will fail.');
  try {
    ensureConsole();
    return { passed: 0, failed: 0, skipped: [] };
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    say(`✗ ${error.message}`);
    return { passed: 0, failed: 1, skipped: [] };
  }
}

function checkStatically({ name, file, args }) {
  const { ok, output } = capture(file, args);
  say(ok ? `✓ ${name}` : `✗ ${name}\n${output}`);
  return { passed: ok ? 1 : 0, failed: ok ? 0 : 1, skipped: [] };
}

function finish(results, isWhole) {
  const sum = (key) => results.reduce((total, result) => total + result[key], 0);
  // Where a person chose some tests, Vitest reports the others as skipped.
  const skipped = isWhole ? results.flatMap((result) => result.skipped) : [];
  for (const { name, reason } of skipped) say(`skipped: ${name} (${reason})`);
  const isSkipFailure = isCi() && skipped.length > 0;
  if (isSkipFailure) say('In CI a skipped test is a failure.');
  const failed = sum('failed') + (isSkipFailure ? skipped.length : 0);
  const left = isSkipFailure ? 0 : skipped.length;
  process.stdout.write(`${sum('passed')} passed, ${failed} failed${left > 0 ? `, ${left} skipped` : ''}\n`);
  process.exitCode = failed > 0 ? 1 : 0;
}

function isCi() {
  return process.env.CI === 'true' || process.env.CI === '1';
}
