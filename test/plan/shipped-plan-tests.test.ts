// The tests that ship with the response plan, run as `firebreak plan test` runs them.

import { join } from 'node:path';
import { beforeAll, describe, expect, inject, it } from 'vitest';
import { loadTests } from '../../src/plan/load-tests.ts';
import { runPlanTests, type TestResult } from '../../src/plan-test/run-tests.ts';

const folder = join(import.meta.dirname, '../../response-plan');
const read = await loadTests(folder, () => undefined);
const written = read.ok
  ? read.loaded.flatMap(({ path, file }) =>
      [...file.tests, ...file.withholding, ...file.arrivals].map(({ name }) => ({ path, name })),
    )
  : [];

describe('the tests of the plan that ships', () => {
  let results: TestResult[] = [];
  beforeAll(async () => {
    results = await runPlanTests({ folder, workflowCode: { codePath: inject('workflowBundle') } });
  }, 120_000);

  it('are there, and can be read', () => {
    expect(read).toMatchObject({ ok: true });
    expect(results).toHaveLength(written.length);
    expect(written.filter(({ path }) => path === 'tests/withholding.yaml').length).toBeGreaterThanOrEqual(7);
  });

  it.each(written)('$path: $name', ({ path, name }) => {
    const { differences, error } = results.find((one) => one.file === path && one.name === name) ?? {};
    expect(error).toBeUndefined();
    expect(differences).toEqual([]);
  });
});
