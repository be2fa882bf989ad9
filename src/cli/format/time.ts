// Times and durations as people say them.

import { InvalidArgumentError } from 'commander';

const units = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1_000],
] as const;

/** `2h 5m`, `45s`: the two largest units. */
export function duration(ms: number): string {
  let rest = Math.max(0, Math.round(ms / 1_000)) * 1_000;
  const parts: string[] = [];
  for (const [unit, unitMs] of units) {
    const count = Math.floor(rest / unitMs);
    rest -= count * unitMs;
    if (count > 0) parts.push(`${count}${unit}`);
    else if (parts.length > 0) break;
  }
  return parts.slice(0, 2).join(' ') || '0s';
}

/** `5m ago`, `in 2h`, `now`: the largest unit alone. */
export function relative(iso: string, now: Date): string {
  const ms = Date.parse(iso) - now.getTime();
  const largest = duration(Math.abs(ms)).split(' ')[0];
  if (Math.abs(ms) < 1_000) return 'now';
  return ms < 0 ? `${largest} ago` : `in ${largest}`;
}

/** `2026-11-24 07:06:52` in the machine's own time zone. */
export function localTime(iso: string): string {
  const at = new Date(iso);
  const two = (value: number): string => String(value).padStart(2, '0');
  const day = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  return `${day} ${localClock(iso)}`;
}

/** `07:06:52` in the machine's own time zone. */
export function localClock(iso: string): string {
  const at = new Date(iso);
  return [at.getHours(), at.getMinutes(), at.getSeconds()].map((part) => String(part).padStart(2, '0')).join(':');
}

/** Milliseconds of `90s`, `15m`, `2h`, `1d` or `1h30m`, for an option of commander's. */
export function parseDuration(text: string): number {
  if (!/^([1-9]\d{0,5}[smhd])+$/.test(text)) {
    throw new InvalidArgumentError('Write a number and s, m, h or d, such as 90s, 15m, 2h or 1h30m.');
  }
  const parts = text.match(/\d+[smhd]/g) ?? [];
  return parts.reduce((sum, part) => {
    const [, unitMs] = units.find(([unit]) => part.endsWith(unit)) ?? ['s', 1_000];
    return sum + Number(part.slice(0, -1)) * unitMs;
  }, 0);
}
