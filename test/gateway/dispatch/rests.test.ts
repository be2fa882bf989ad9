import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type JustTold, Rests } from '../../../src/gateway/dispatch/rests.ts';

let over: string[] = [];
let rests: Rests;
beforeEach(() => {
  vi.useFakeTimers();
  over = [];
  rests = new Rests((incidentId) => void over.push(incidentId));
});
afterEach(() => {
  rests.stop();
  vi.useRealTimers();
});

const told = (incidentId: string, more: Partial<JustTold> = {}): JustTold => ({
  ...{ incidentId, severity: 'medium', isSignal: true, hasMore: false, ...more },
});

test('an incident that was only started does not rest: what resolves at once is told at once', () => {
  rests.begin(told('a', { isSignal: false }));
  expect(rests.holds('a', 'medium')).toBe(false);
});

test('a signalled incident rests a quarter of a second, and is then told of what gathered', () => {
  rests.begin(told('a'));
  expect(rests.holds('a', 'medium')).toBe(true);
  expect(rests.incidentIds).toEqual(['a']);
  vi.advanceTimersByTime(249);
  expect(over).toEqual([]);
  vi.advanceTimersByTime(1);
  expect(over).toEqual(['a']);
  expect(rests.holds('a', 'medium')).toBe(false);
});

test('what is worse than all that it was told does not wait, once for each severity', () => {
  rests.begin(told('a'));
  expect(rests.holds('a', 'high')).toBe(false);
  rests.begin(told('a'));
  expect(rests.holds('a', 'high')).toBe(true);
  expect(rests.holds('a', 'critical')).toBe(false);
  vi.advanceTimersByTime(10_000);
  expect(over).toEqual([]);
});

test('the more incidents rest, the longer each does, so that all together are told as often as a few', () => {
  const ids = Array.from({ length: 10 }, (_, index) => `i${index}`);
  let signals = 0;
  rests = new Rests((incidentId) => {
    signals += 1;
    rests.begin(told(incidentId));
  });
  // All at once, as after one commit: none of them sees that the others are about to gather.
  for (const id of ids) rests.begin(told(id));
  vi.advanceTimersByTime(10_000);
  signals = 0;
  vi.advanceTimersByTime(10_000);
  expect(signals).toBeGreaterThanOrEqual(40);
  expect(signals).toBeLessThanOrEqual(60);
});

test('however many rest, none does for more than five seconds', () => {
  for (let index = 0; index < 1_000; index += 1) rests.begin(told(`i${index}`));
  vi.advanceTimersByTime(5_000);
  expect(over).toHaveLength(1_000);
});

test('a long storm is told less often, unless its signals are full', () => {
  const restOf = (incidentId: string, hasMore: boolean): number => {
    for (let signal = 0; signal <= 40; signal += 1) rests.begin(told(incidentId, { hasMore }));
    let waitedMs = 0;
    while (rests.holds(incidentId, 'medium')) {
      vi.advanceTimersByTime(50);
      waitedMs += 50;
    }
    return waitedMs;
  };
  expect(restOf('slow', false)).toBe(1_500);
  expect(restOf('full', true)).toBe(250);
});
