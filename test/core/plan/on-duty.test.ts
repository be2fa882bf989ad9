import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { localTime } from '../../../src/core/plan/hours.ts';
import { onDuty, recipientsOf, uncovered } from '../../../src/core/plan/on-duty.ts';
import { routing, type Schedule } from '../../../src/core/plan/routing.ts';

const to = (...names: string[]) => names.map((name) => ({ channel: 'console', to: name }));

function scheduleOf(given: object): Schedule {
  const schedules = [{ name: 's', ...given }];
  const read = routing.parse({ teams: [{ name: 't', levels: [to('x')] }], default_team: 't', schedules });
  const [schedule] = read.schedules ?? [];
  if (!schedule) throw new Error('no schedule');
  return schedule;
}

const at = (schedule: Schedule, time: string): string =>
  onDuty(schedule, time)
    .map((one) => one.to)
    .join(' ');

/** `expected`: who, by time. */
function expectAt(schedule: Schedule, expected: Record<string, string>): void {
  expect(Object.fromEntries(Object.keys(expected).map((time) => [time, at(schedule, time)]))).toEqual(expected);
}

describe('who is on duty', () => {
  const followTheSun = scheduleOf({
    zone: 'Europe/Zurich',
    shifts: [
      { hours: { days: ['mon', 'tue', 'wed', 'thu', 'fri'], from: '08:00', to: '18:00' }, tell: to('day') },
      { hours: { days: ['sat', 'sun'] }, tell: to('weekend') },
      { tell: to('night') },
    ],
    overrides: [
      { from: '2026-12-24T12:00:00+01:00', until: '2026-12-27T00:00:00+01:00', tell: to('ada'), reason: 'Holidays' },
      { from: '2026-12-24T00:00:00+01:00', until: '2026-12-25T00:00:00+01:00', tell: to('ben') },
    ],
  });

  it('is the first shift that holds, by the time of its zone, in summer and in winter', () => {
    // 2026-11-24 is a Tuesday.
    expectAt(followTheSun, {
      '2026-11-24T07:00:00Z': 'day',
      '2026-11-24T06:59:59Z': 'night',
      '2026-07-14T06:00:00Z': 'day',
      '2026-11-24T17:00:00Z': 'night',
      '2026-11-28T12:00:00Z': 'weekend',
      '2026-11-29T23:30:00Z': 'night',
    });
  });

  it('is whom the first override names, with its beginning and without its end', () => {
    expectAt(followTheSun, {
      '2026-12-24T10:59:59Z': 'ben',
      '2026-12-24T11:00:00Z': 'ada',
      '2026-12-26T22:59:59Z': 'ada',
      '2026-12-26T23:00:00Z': 'weekend',
    });
  });

  describe('by turns', () => {
    const turns = [to('ana'), to('ben', 'bea'), to('cem')];
    const rotate = { turns, first: '2026-11-02', at: '08:00' };
    const weekly = scheduleOf({ zone: 'Europe/Zurich', shifts: [{ rotate }] });

    it('follows one another and begins again, at the same time of day whatever the clocks do', () => {
      expectAt(weekly, {
        '2026-11-02T06:59:00Z': 'cem',
        '2026-11-02T07:00:00Z': 'ana',
        '2026-11-09T06:59:00Z': 'ana',
        '2026-11-09T07:00:00Z': 'ben bea',
        '2026-11-23T07:00:00Z': 'ana',
        // 21 weeks on, in summer time: 08:00 there is 06:00 UTC.
        '2027-03-29T05:59:00Z': 'cem',
        '2027-03-29T06:00:00Z': 'ana',
        '2026-10-26T07:00:00Z': 'cem',
      });
    });

    it('may change every day', () => {
      const daily = scheduleOf({ shifts: [{ rotate: { ...rotate, days: 1, at: '00:00' } }] });
      const days = ['02', '03', '04', '05'].map((day) => at(daily, `2026-11-${day}T12:00:00Z`));
      expect(days).toEqual(['ana', 'ben bea', 'cem', 'ana']);
    });

    it('is one turn at every time, and the next one exactly `days` of the calendar later', () => {
      const zones = fc.constantFrom('UTC', 'Europe/Zurich', 'America/New_York', 'Asia/Kathmandu', 'Pacific/Chatham');
      const days = fc.integer({ min: 1, max: 40 });
      fc.assert(
        fc.property(
          zones,
          days,
          fc.date({ min: new Date(0), max: new Date('2100-01-01'), noInvalidDate: true }),
          (zone, length, date) => {
            const schedule = scheduleOf({ zone, shifts: [{ rotate: { ...rotate, days: length, at: '12:00' } }] });
            const order = turns.map((turn) => turn.map((one) => one.to).join(' '));
            const now = localTime(zone, date.toISOString());
            const since = now.date - Date.UTC(2026, 10, 2) / 86_400_000 - (now.minute < 12 * 60 ? 1 : 0);
            const turn = Math.floor(since / length);
            expect(at(schedule, date.toISOString())).toBe(order[((turn % 3) + 3) % 3]);
          },
        ),
      );
    });
  });
});

describe('a level', () => {
  it('tells everyone once, by name or by schedule', () => {
    const read = routing.parse({
      teams: [{ name: 't', levels: [[...to('ana'), { schedule: 's' }, { schedule: 'night' }, { schedule: 'gone' }]] }],
      default_team: 't',
      schedules: [
        { name: 's', shifts: [{ tell: to('ana', 'ben') }] },
        { name: 'night', shifts: [{ tell: to('ben', 'cem') }] },
      ],
    });
    const [level = []] = read.teams[0]?.levels ?? [];
    expect(recipientsOf(level, read, '2026-11-24T12:00:00Z')).toEqual(to('ana', 'ben', 'cem'));
  });
});

describe('an hour at which nobody is on duty', () => {
  const shift = (from: string, until: string, days?: string[]) => ({
    hours: { from, to: until, ...(days && { days }) },
    tell: to('x'),
  });
  const gapOf = (...shifts: object[]) => uncovered(scheduleOf({ shifts }));

  it('is found wherever it is in the week, to the minute', () => {
    expect(gapOf({ tell: to('x') })).toBeUndefined();
    expect(gapOf(shift('08:00', '20:00'), shift('20:00', '08:00'))).toBeUndefined();
    expect(gapOf(shift('08:00', '20:00'))).toEqual({ day: 'mon', minute: 0 });
    expect(gapOf(shift('08:00', '19:59'), shift('20:00', '08:00'))).toEqual({ day: 'mon', minute: 19 * 60 + 59 });
    const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri'];
    expect(gapOf(shift('00:00', '24:00', weekdays))).toEqual({ day: 'sat', minute: 0 });
    expect(gapOf(shift('00:00', '24:00', weekdays), shift('06:00', '05:00', ['sat', 'sun']))).toEqual({
      day: 'sat',
      minute: 0,
    });
    expect(gapOf(shift('20:00', '08:00'), shift('08:00', '20:00', [...weekdays, 'sun']))).toEqual({
      day: 'sat',
      minute: 8 * 60,
    });
  });

  it('is one at which really nobody is told, and where none is found somebody always is', () => {
    const time = fc.constantFrom('00:00', '06:00', '08:30', '12:00', '23:59');
    const days = fc.subarray(['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'], { minLength: 1 });
    const shifts = fc.array(fc.tuple(time, time, days), { minLength: 1, maxLength: 4 });
    // 2026-11-23 is a Monday.
    const monday = Date.UTC(2026, 10, 23);
    const order = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];
    fc.assert(
      fc.property(shifts, fc.integer({ min: 0, max: 7 * 1440 - 1 }), (given, minute) => {
        const schedule = scheduleOf({ shifts: given.map(([from, until, on]) => shift(from, until, on)) });
        const gap = uncovered(schedule);
        const toldAt = (minutes: number) => onDuty(schedule, new Date(monday + minutes * 60_000).toISOString());
        if (gap) expect(toldAt(order.indexOf(gap.day) * 1440 + gap.minute)).toEqual([]);
        else expect(toldAt(minute)).toEqual(to('x'));
      }),
    );
  });
});
