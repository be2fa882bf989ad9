import { describe, expect, it } from 'vitest';
import { hours, isWithin } from '../../../src/core/plan/hours.ts';

const within = (written: object, at: string) => isWithin(hours.parse(written), at);

describe('hours', () => {
  it('are those of a day, with their beginning and without their end', () => {
    const office = { days: ['mon', 'tue', 'wed', 'thu', 'fri'], from: '08:00', to: '18:00' };
    // 2026-11-24 is a Tuesday.
    expect(within(office, '2026-11-24T08:00:00.000Z')).toBe(true);
    expect(within(office, '2026-11-24T17:59:59.999Z')).toBe(true);
    expect(within(office, '2026-11-24T18:00:00.000Z')).toBe(false);
    expect(within(office, '2026-11-22T12:00:00.000Z')).toBe(false);
  });

  it('go over midnight when they end before they begin, and belong to the day on which they begin', () => {
    const friday = { days: ['fri'], from: '22:00', to: '06:00' };
    expect(within(friday, '2026-11-27T22:00:00.000Z')).toBe(true);
    expect(within(friday, '2026-11-28T05:59:00.000Z')).toBe(true);
    expect(within(friday, '2026-11-28T06:00:00.000Z')).toBe(false);
    expect(within(friday, '2026-11-27T05:00:00.000Z')).toBe(false);
    expect(within({ days: ['sun'], from: '22:00', to: '06:00' }, '2026-11-30T01:00:00.000Z')).toBe(true);
  });

  it('are those of their time zone, in summer and in winter', () => {
    const zurich = { from: '08:00', to: '09:00', zone: 'Europe/Zurich' };
    expect(within(zurich, '2026-07-01T06:30:00.000Z')).toBe(true);
    expect(within(zurich, '2026-12-01T07:30:00.000Z')).toBe(true);
    expect(within(zurich, '2026-12-01T06:30:00.000Z')).toBe(false);
    // There it is Wednesday already.
    expect(within({ days: ['wed'], zone: 'Pacific/Auckland' }, '2026-11-24T12:00:00.000Z')).toBe(true);
  });

  it('are the whole day when they do not say more', () => {
    expect(within({}, '2026-11-24T00:00:00.000Z')).toBe(true);
    expect(within({ days: ['tue'] }, '2026-11-24T23:59:00.000Z')).toBe(true);
  });
});
