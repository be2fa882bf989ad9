// Spans of a week in a time zone: when a rule holds, and when people are on duty.

import { z } from 'zod';

const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
type Weekday = (typeof weekdays)[number];

const clock = z
  .string('write a time of day, such as "08:30"')
  .regex(/^([01]\d|2[0-3]):[0-5]\d$|^24:00$/, 'write a time of day, such as "08:30"');

export const hours = z.strictObject({
  days: z
    .array(z.enum(weekdays))
    .min(1)
    .default([...weekdays])
    .describe('On which the span begins.'),
  from: clock.default('00:00'),
  to: clock.default('24:00').describe('Not after `from`: the span ends on the day after.'),
  zone: z
    .string()
    .refine(isZone, 'write a time zone of the IANA database, such as Europe/Zurich or UTC')
    .default('UTC'),
});
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
  const parts = { weekday: 'short', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const;
  const made = new Intl.DateTimeFormat('en-US', { timeZone, ...parts });
  formatters.set(timeZone, made);
  return made;
}

/** @param at ISO-8601 */
export function isWithin({ days, from, to, zone }: Hours, at: string): boolean {
  const { day, minute } = localTime(zone, at);
  const [start, end] = [minutesOf(from), minutesOf(to)];
  const today = days.includes(day);
  if (start < end) return today && minute >= start && minute < end;
  const yesterday = days.includes(weekdays[(weekdays.indexOf(day) + 6) % 7] ?? 'sun');
  return (today && minute >= start) || (yesterday && minute < end);
}

function localTime(zone: string, at: string): { day: Weekday; minute: number } {
  const parts = formatterOf(zone).formatToParts(new Date(at));
  const part = (type: string): string => parts.find((one) => one.type === type)?.value ?? '';
  const day = weekdays.find((one) => one === part('weekday').toLowerCase()) ?? 'mon';
  return { day, minute: Number(part('hour')) * 60 + Number(part('minute')) };
}

const minutesOf = (time: string): number => Number(time.slice(0, 2)) * 60 + Number(time.slice(3));
