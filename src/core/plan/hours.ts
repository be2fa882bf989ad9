// Spans of a week in a time zone: when a rule holds, and when people are on duty.

import { z } from 'zod';

export const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
type Weekday = (typeof weekdays)[number];

export const clock = z
  .string('write a time of day, such as "08:30"')
  .regex(/^([01]\d|2[0-3]):[0-5]\d$|^24:00$/, 'write a time of day, such as "08:30"');

export const zone = z
  .string()
  .refine(isZone, 'write a time zone of the IANA database, such as Europe/Zurich or UTC')
  .default('UTC');

/** In the time zone of what they belong to. */
export const localHours = z.strictObject({
  days: z
    .array(z.enum(weekdays))
    .min(1)
    .default([...weekdays])
    .describe('On which the span begins.'),
  from: clock.default('00:00'),
  to: clock.default('24:00').describe('Not after `from`: the span ends on the day after.'),
});
type LocalHours = z.output<typeof localHours>;

export const hours = localHours.extend({ zone });
export type Hours = z.output<typeof hours>;

function isZone(zone: string): boolean {
  try {
    formatterOf(zone);
    return true;
  } catch {
    return false;
  }
}

// Making one takes a hundred times as long as using it. Zones come from plans, so they are few.
const formatters = new Map<string, Intl.DateTimeFormat>();

function formatterOf(timeZone: string): Intl.DateTimeFormat {
  const known = formatters.get(timeZone);
  if (known) return known;
  const made = new Intl.DateTimeFormat('en-US', {
    timeZone,
    weekday: 'short',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
  formatters.set(timeZone, made);
  return made;
}

/** What a clock on the wall shows. */
export interface LocalTime {
  day: Weekday;
  /** Of the day. */
  minute: number;
  /** Days since 1970-01-01, of the date there. */
  date: number;
}

/** @param at ISO-8601 */
export const isWithin = ({ zone: there, ...span }: Hours, at: string): boolean =>
  isWithinLocal(span, localTime(there, at));

export function isWithinLocal(
  { days, from, to }: LocalHours,
  { day, minute }: Pick<LocalTime, 'day' | 'minute'>,
): boolean {
  const [start, end] = [minutesOf(from), minutesOf(to)];
  const today = days.includes(day);
  if (start < end) return today && minute >= start && minute < end;
  const yesterday = days.includes(weekdays[(weekdays.indexOf(day) + 6) % 7] ?? 'sun');
  return (today && minute >= start) || (yesterday && minute < end);
}

/** @param at ISO-8601 */
export function localTime(timeZone: string, at: string): LocalTime {
  const parts = formatterOf(timeZone).formatToParts(new Date(at));
  const part = (type: string): string => parts.find((one) => one.type === type)?.value ?? '';
  const number = (type: string): number => Number(part(type));
  const day = weekdays.find((one) => one === part('weekday').toLowerCase()) ?? 'mon';
  const date = Date.UTC(number('year'), number('month') - 1, number('day')) / 86_400_000;
  return { day, minute: number('hour') * 60 + number('minute'), date };
}

export const minutesOf = (time: string): number => Number(time.slice(0, 2)) * 60 + Number(time.slice(3));
