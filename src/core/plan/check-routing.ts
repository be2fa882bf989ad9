// Checks routing.yaml: that its names are there once, and that somebody is on duty at every hour.

import { type At, inFile, named, namesOf, repeated } from './check-names.ts';
import type { Finding } from './finding.ts';
import { uncovered } from './on-duty.ts';
import type { Recipient, Routing, Schedule } from './routing.ts';

export function checkRouting(routing: Routing, channels: readonly string[]): Finding[] {
  const at = inFile('routing');
  const { teams, schedules = [], default_team: fallback } = routing;
  const scheduleNames = schedules.map(({ name }) => name);
  const teamNames = teams.map(({ name }) => name);
  return [
    ...repeated('team', namesOf(teams, at, 'teams')),
    ...repeated('schedule', namesOf(schedules, at, 'schedules')),
    ...named('team', fallback, teamNames, at('default_team')),
    ...teams.flatMap(({ levels }, index) =>
      levels.flatMap((level, nth) =>
        level.flatMap(({ channel, schedule }, inner) => [
          ...named('channel', channel, channels, at('teams', index, 'levels', nth, inner, 'channel')),
          ...named('schedule', schedule, scheduleNames, at('teams', index, 'levels', nth, inner, 'schedule')),
        ]),
      ),
    ),
    ...schedules.flatMap((schedule, index) =>
      checkSchedule(schedule, channels, (...path) => at('schedules', index, ...path)),
    ),
  ];
}

function checkSchedule(schedule: Schedule, channels: readonly string[], at: At): Finding[] {
  const { shifts, overrides, zone } = schedule;
  const told = (tell: readonly Recipient[] | undefined, place: At): Finding[] =>
    (tell ?? []).flatMap(({ channel }, index) => named('channel', channel, channels, place(index, 'channel')));
  const always = shifts.findIndex(({ hours }) => !hours);
  const gap = uncovered(schedule);
  return [
    ...shifts.flatMap(({ tell, rotate }, index) => [
      ...told(tell, (...path) => at('shifts', index, 'tell', ...path)),
      ...(rotate?.turns ?? []).flatMap((turn, nth) =>
        told(turn, (...path) => at('shifts', index, 'rotate', 'turns', nth, ...path)),
      ),
    ]),
    ...overrides.flatMap(({ tell }, index) => told(tell, (...path) => at('overrides', index, 'tell', ...path))),
    ...(always >= 0 && always < shifts.length - 1
      ? [{ ...at('shifts', always + 1), message: 'never counts: the shift before it has no hours and always holds' }]
      : []),
    ...(gap
      ? [
          {
            ...at('shifts'),
            message: `nobody is on duty on ${gap.day} at ${clockText(gap.minute)} (${zone}): add a shift, one without "hours" holds always`,
          },
        ]
      : []),
  ];
}

const clockText = (minute: number): string =>
  `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;
