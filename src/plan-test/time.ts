// Times of a test: counted from the moment its incident opened, and compared with the patience that a clock needs which
// runs on while something is under way.

import { durationMs } from '../core/plan/values.ts';
import type { Observed } from './observed.ts';

/** The larger of both: what the machine takes and events come late, and a share of what was waited for. */
const toleranceMs = 20_000;
const toleranceShare = 0.02;

type Opened = Pick<Observed, 'openedMs'>;

export function isAbout({ openedMs }: Opened, at: string, expected: string): boolean {
  const expectedMs = durationMs(expected);
  const differenceMs = Math.abs(Date.parse(at) - openedMs - expectedMs);
  return differenceMs <= Math.max(toleranceMs, expectedMs * toleranceShare);
}

const units = [
  ['d', 86_400],
  ['h', 3_600],
  ['m', 60],
  ['s', 1],
] as const;

/** `0s`, `4h`, `1d 2h`: what passed since the incident opened, in its two largest units. */
export function elapsedText({ openedMs }: Opened, at: string): string {
  let rest = Math.max(0, Math.round((Date.parse(at) - openedMs) / 1_000));
  const parts: string[] = [];
  for (const [unit, seconds] of units) {
    const count = Math.floor(rest / seconds);
    rest -= count * seconds;
    if (count > 0) parts.push(`${count}${unit}`);
    else if (parts.length > 0) break;
  }
  return parts.slice(0, 2).join(' ') || '0s';
}
