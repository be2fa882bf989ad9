// Who is on duty at a time: schedules of routing.yaml, resolved. Whoever is told is decided when a step is planned.

import { isWithinLocal, type LocalTime, localTime, minutesOf, weekdays } from './hours.ts';
import type { LevelEntry, Recipient, Routing, Schedule } from './routing.ts';

type Rotation = NonNullable<Schedule['shifts'][number]['rotate']>;

/** Everyone of a level, each once. @param at ISO-8601 */
export function recipientsOf(level: readonly LevelEntry[], { schedules = [] }: Routing, at: string): Recipient[] {
  const all = level.flatMap(({ channel, to, schedule: named }): readonly Recipient[] => {
    if (channel !== undefined && to !== undefined) return [{ channel, to }];
    const schedule = schedules.find(({ name }) => name === named);
    return schedule ? onDuty(schedule, at) : [];
  });
  return [...new Map(all.map((one) => [`${one.channel} ${one.to}`, one])).values()];
}

/** The first level of a team; undefined where there is no such team. @param at ISO-8601 */
export function firstLevelOf(name: string, routing: Routing, at: string): Recipient[] | undefined {
  const level = routing.teams.find((team) => team.name === name)?.levels[0];
  return level && recipientsOf(level, routing, at);
}

/** @param at ISO-8601 */
export function onDuty({ zone, shifts, overrides }: Schedule, at: string): readonly Recipient[] {
  const atMs = Date.parse(at);
  const override = overrides.find(({ from, until }) => Date.parse(from) <= atMs && atMs < Date.parse(until));
  if (override) return override.tell;
  const now = localTime(zone, at);
  const shift = shifts.find(({ hours }) => !hours || isWithinLocal(hours, now));
  return shift?.tell ?? (shift?.rotate && turnAt(shift.rotate, now)) ?? [];
}

/** Turns are counted in days of the calendar there, so that they change at the same time of day in summer and in winter. */
function turnAt({ turns, days, first, at }: Rotation, { date, minute }: LocalTime): readonly Recipient[] {
  const sinceFirst = date - (minute < minutesOf(at) ? 1 : 0) - Date.parse(first) / 86_400_000;
  const turn = Math.floor(sinceFirst / days) % turns.length;
  return turns[turn < 0 ? turn + turns.length : turn] ?? [];
}

/** The first time of the week at which no shift holds; undefined where one always does. */
export function uncovered({ shifts }: Schedule): Pick<LocalTime, 'day' | 'minute'> | undefined {
  if (shifts.some(({ hours }) => !hours)) return undefined;
  const spans = shifts.flatMap(({ hours }) => (hours ? [hours] : []));
  // What holds changes only where a span begins or ends.
  const changes = [0, ...spans.flatMap(({ from, to }) => [minutesOf(from), minutesOf(to)])];
  const minutes = [...new Set(changes.filter((minute) => minute < 24 * 60))].sort((a, b) => a - b);
  return weekdays
    .flatMap((day) => minutes.map((minute) => ({ day, minute })))
    .find((time) => !spans.some((span) => isWithinLocal(span, time)));
}
