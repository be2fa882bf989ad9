import { configDefaults, defineConfig } from 'vitest/config';

export const shared = {
  globalSetup: ['test/support/postgres-server.ts', 'test/support/workflow-bundle.ts'],
  testTimeout: 60_000,
  hookTimeout: 120_000,
  // The default of a second is too short on a machine that is busy with much else.
  expect: { poll: { timeout: 20_000 } },
};

export default defineConfig({
  test: {
    ...shared,
    include: ['test/**/*.test.ts'],
    // They kill real servers at every named site, take minutes and need the machine for themselves: npm run test:faults.
    exclude: [...configDefaults.exclude, 'test/faults/**'],
    // Two cores: more workers only make real servers time out.
    maxWorkers: 2,
  },
});
