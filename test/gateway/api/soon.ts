import { expect } from 'vitest';

/** Waits until it is so; longer than Vitest's second, as the machine may be doing other things. */
export const soon = <T>(get: () => T) => expect.poll(get, { timeout: 10_000, interval: 10 });
