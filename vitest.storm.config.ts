// The storm under kills, not part of .ci/run: on a busy machine an incident may stand still for minutes in it. A workflow task
// that died with several workers is tried again by Temporal after up to ten minutes, and once a worker was seen to hold one
// without working on it.

import { defineConfig } from 'vitest/config';
import { shared } from './vitest.config.ts';

export default defineConfig({ test: { ...shared, include: ['test/faults/storm.test.ts'] } });
