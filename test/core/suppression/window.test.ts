import { describe, expect, it } from 'vitest';
import { openUntil } from '../../../src/core/suppression/window.ts';

const until = '2027-01-01T00:00:00Z';
const at = (window: Parameters<typeof openUntil>[0], time: string): string | undefined => {
  const ms = openUntil(window, Date.parse(time));
  return ms === undefined ? undefined : new Date(ms).toISOString();
};

describe('a maintenance window', () => {
  it('is open from its start until its end, and not at its end', () => {
    const window = { from: '2026-11-24T22:00:00+01:00', until: '2026-11-25T02:00:00Z' };
    expect(at(window, '2026-11-24T20:59:59.999Z')).toBeUndefined();
    expect(at(window, '2026-11-24T21:00:00Z')).toBe('2026-11-25T02:00:00.000Z');
    expect(at(window, '2026-11-25T02:00:00Z')).toBeUndefined();
  });

  it('is open at the same hours of a place in summer and in winter', () => {
    const weekly = { days: ['tue' as const], from: '02:00', to: '04:30', timezone: 'Europe/Berlin' };
    expect(at({ until, weekly }, '2026-11-24T01:00:00Z')).toBe('2026-11-24T03:30:00.000Z');
    expect(at({ until, weekly }, '2026-11-24T00:59:00Z')).toBeUndefined();
    expect(at({ until, weekly }, '2026-07-07T00:30:59Z')).toBe('2026-07-07T02:30:00.000Z');
    expect(at({ until, weekly }, '2026-11-25T01:00:00Z')).toBeUndefined();
  });

  it('goes on into the next day when it ends before it begins', () => {
    const weekly = { days: ['sun' as const], from: '22:00', to: '06:00', timezone: 'UTC' };
    expect(at({ until, weekly }, '2026-11-22T23:00:00Z')).toBe('2026-11-23T06:00:00.000Z');
    expect(at({ until, weekly }, '2026-11-23T05:59:00Z')).toBe('2026-11-23T06:00:00.000Z');
    expect(at({ until, weekly }, '2026-11-23T06:00:00Z')).toBeUndefined();
    expect(at({ until, weekly }, '2026-11-22T05:00:00Z')).toBeUndefined();
  });

  it('is over when its time is, whatever the hour', () => {
    const weekly = { days: ['thu' as const], from: '22:00', to: '06:00', timezone: 'UTC' };
    expect(at({ until, weekly }, '2026-12-31T23:00:00Z')).toBe('2027-01-01T00:00:00.000Z');
    expect(at({ until, weekly }, '2027-01-01T01:00:00Z')).toBeUndefined();
  });
});
