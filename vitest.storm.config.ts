// The storm under kills, not part of .ci/run: a workflow task that died with several workers is tried again by Temporal
// after up to ten minutes, and a worker may keep one for ever when Temporal and Postgres die under it (sdk-core).

import { defineConfig } from 'vitest/config';
import { shared } from './vitest.config.ts';

export default defineConfig({ test: { ...shared, include: ['test/faults/storm.test.ts'] } });
