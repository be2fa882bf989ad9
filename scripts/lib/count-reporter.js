// A Vitest reporter: counts, and why each skipped test was skipped. Written to the file named by FIREBREAK_TEST_COUNTS.

import { writeFileSync } from 'node:fs';
import { relative } from 'node:path';
import { root } from './run.js';

export default class CountReporter {
  onTestRunEnd(modules, unhandledErrors) {
    const counts = { passed: 0, failed: unhandledErrors.length, skipped: [] };
    for (const module of modules) {
      // Errors outside tests: a file that does not load, a hook that throws.
      counts.failed += module.errors().length;
      for (const suite of module.children.allSuites()) counts.failed += suite.errors().length;
      for (const test of module.children.allTests()) if (!isBelowError(test)) count(counts, module, test);
    }
    writeFileSync(process.env.FIREBREAK_TEST_COUNTS, JSON.stringify(counts));
  }
}

/** Did not run because a hook or its file failed, which is counted there. */
function isBelowError({ parent }) {
  return parent !== undefined && (parent.errors().length > 0 || isBelowError(parent));
}

function count(counts, module, test) {
  const { state, note } = test.result();
  if (state === 'passed') counts.passed += 1;
  else if (state === 'failed') counts.failed += 1;
  else {
    const name = `${relative(root, module.moduleId)}: ${test.fullName}`;
    counts.skipped.push({ name, reason: note ?? 'it gives no reason' });
  }
}
