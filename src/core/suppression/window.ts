// When a maintenance window of the plan is open: from a time until a time, or every week at the same hours of a place.

const minuteMs = 60_000;
const dayMinutes = 24 * 60;

export const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;

interface Window {
  from?: string | undefined;
  until: string;
  weekly?: Weekly | undefined;
}

interface Weekly {
  /** Days on which it begins. */
  days: (typeof weekdays)[number][];
  /** `22:00` */
  from: string;
  to: string;
  timezone: string;
}

/** When the window closes, in milliseconds; undefined while it is not open. */
export function openUntil(window: Window, atMs: number): number | undefined {
  const untilMs = Date.parse(window.until);
  const isWithin = atMs < untilMs && (window.from === undefined || atMs >= Date.parse(window.from));
  if (!isWithin) return undefined;
  if (!window.weekly) return untilMs;
  const leftMinutes = minutesLeft(window.weekly, atMs);
  return leftMinutes === undefined ? undefined : Math.min(untilMs, startOfMinute(atMs) + leftMinutes * minuteMs);
}

const startOfMinute = (atMs: number): number => atMs - (atMs % minuteMs);

/** Hours that end before they begin go on into the next day. */
function minutesLeft(weekly: Weekly, atMs: number): number | undefined {
  const { weekday, minute } = localTime(atMs, weekly.timezone);
  const from = minutesOf(weekly.from);
  const to = minutesOf(weekly.to);
  const today = weekly.days.includes(nameOf(weekday));
  if (from < to) return today && minute >= from && minute < to ? to - minute : undefined;
  if (today && minute >= from) return dayMinutes - minute + to;
  const yesterday = weekly.days.includes(nameOf(weekday + 6));
  return yesterday && minute < to ? to - minute : undefined;
}

const nameOf = (weekday: number): (typeof weekdays)[number] => weekdays[weekday % 7] ?? 'mon';

/** `09:30` → 570. */
function minutesOf(clock: string): number {
  const [hours = 0, minutes = 0] = clock.split(':').map(Number);
  return hours * 60 + minutes;
}

const clocks = new Map<string, Intl.DateTimeFormat>();

/** `weekday` counts from Monday. */
function localTime(atMs: number, timeZone: string): { weekday: number; minute: number } {
  let clock = clocks.get(timeZone);
  if (!clock) {
    clock = new Intl.DateTimeFormat('en-US', {
      ...{ timeZone, weekday: 'short', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' },
    });
    clocks.set(timeZone, clock);
  }
  const parts = new Map(clock.formatToParts(atMs).map(({ type, value }) => [type, value]));
  const weekday = (weekdays as readonly string[]).indexOf(parts.get('weekday')?.toLowerCase() ?? '');
  return { weekday, minute: Number(parts.get('hour')) * 60 + Number(parts.get('minute')) };
}

/** False for a name that no time zone has. */
export function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en-US', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
