// The crash tests by themselves.

import { defineConfig } from 'vitest/config';
import { shared } from './vitest.config.ts';

export default defineConfig({ test: { ...shared, include: ['test/faults/**/*.test.ts'], fileParallelism: false } });
