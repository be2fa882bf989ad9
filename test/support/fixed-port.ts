// A port that stays free while its server is down: clients that try again and again take ports of the ephemeral range for
// themselves, by chance even the one that they want to reach.

import { randomInt } from 'node:crypto';
import { isListening } from '../../src/embedded/ports.ts';

/** Below the ephemeral ranges of Linux (32768 on) and macOS (49152 on). */
const [lowest, highest] = [20_000, 32_000];

export async function fixedPort(): Promise<number> {
  for (;;) {
    const port = randomInt(lowest, highest);
    if (!(await isListening('127.0.0.1', port))) return port;
  }
}
