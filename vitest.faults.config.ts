// The crash tests by themselves, without the storm: npm run test:storm.

import { configDefaults, defineConfig } from 'vitest/config';
import { shared } from './vitest.config.ts';

export default defineConfig({
  test: {
    ...shared,
    include: ['test/faults/**/*.test.ts'],
    exclude: [...configDefaults.exclude, 'test/faults/storm.test.ts'],
    fileParallelism: false,
  },
});
