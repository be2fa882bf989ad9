import { expect, test } from 'vitest';
import { nextClock, slaClocks } from '../../../src/core/incident/sla.ts';

const at = (minute: number): string => new Date(Date.UTC(2026, 10, 24, 9, minute)).toISOString();
const sla = { acknowledgeBy: at(15), recoverBy: at(60) };
const clocksAt = (minute: number, times: { acknowledged?: number; resolved?: number; closed?: number } = {}) => {
  const time = (given?: number) => (given === undefined ? null : at(given));
  const { acknowledged, resolved, closed } = times;
  const stopped = { acknowledgedAt: time(acknowledged), resolvedAt: time(resolved), closedAt: time(closed) };
  return slaClocks(sla, stopped, Date.parse(at(minute)));
};
const states = (...given: Parameters<typeof clocksAt>) => {
  const { acknowledge, recover } = clocksAt(...given);
  return [acknowledge.state, recover.state];
};

test('A clock is due until its time, breached after it, and stays as it was when it was stopped', () => {
  expect(states(15)).toEqual(['due', 'due']);
  expect(states(16)).toEqual(['breached', 'due']);
  expect(states(61, { acknowledged: 15 })).toEqual(['met', 'breached']);
  expect(states(300, { acknowledged: 16, resolved: 59, closed: 70 })).toEqual(['breached', 'met']);
});

test('Recovery and the end stop what still runs: nothing is left to acknowledge', () => {
  expect(states(300, { resolved: 10 })).toEqual(['met', 'met']);
  expect(states(300, { closed: 20 })).toEqual(['breached', 'met']);
});

test('The clock that is shown is the one that ends next', () => {
  expect(nextClock(clocksAt(1))).toEqual({ what: 'acknowledge', by: at(15) });
  expect(nextClock(clocksAt(1, { acknowledged: 1 }))).toEqual({ what: 'recover', by: at(60) });
  expect(nextClock(clocksAt(1, { acknowledged: 1, resolved: 1 }))).toBeUndefined();
});
