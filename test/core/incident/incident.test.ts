import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { factsOf, refusalOf } from '../../../src/core/incident/commands.ts';
import type { AlertNote } from '../../../src/core/incident/notes.ts';
import { sortNotes } from '../../../src/core/incident/notes.ts';
import { reduce } from '../../../src/core/incident/reduce.ts';
import { type IncidentState, openIncident } from '../../../src/core/incident/state.ts';
import { hasEnded } from '../../../src/core/incident/status.ts';
import { heldBack } from '../../../src/core/incident/step-outcome.ts';
import { note, plannedStep } from '../../workflows/world.ts';
import { command, event } from './arbitraries.ts';

const opened: IncidentState = openIncident({
  incidentId: 'i1',
  severity: 'medium',
  title: 'Brute force',
  impactStartedAt: '2026-01-01T00:00:00.000Z',
  detectedAt: '2026-01-01T00:01:00.000Z',
});

const after = (events: Parameters<typeof reduce>[1][]): IncidentState => events.reduce(reduce, opened);

function frozen<T>(value: T): T {
  if (value !== null && typeof value === 'object') for (const inner of Object.values(value)) frozen(inner);
  return Object.freeze(value);
}

describe('the reducer', () => {
  test('takes any event in any state, counts it, and changes nothing that it was given', () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 40 }), (events) => {
        let state = frozen(opened);
        for (const [index, one] of events.entries()) {
          state = frozen(reduce(state, frozen(one)));
          expect(state.nextEvent).toBe(index + 1);
        }
        expect(JSON.parse(JSON.stringify(state))).toEqual(state);
      }),
    );
  });

  test('never forgets what it has seen of the alerts, nor when it was first acknowledged', () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 30 }), event, (events, last) => {
        const before = after(events);
        const then = reduce(before, last);
        expect(then.seenThrough).toBeGreaterThanOrEqual(before.seenThrough);
        if (before.times.acknowledgedAt) expect(then.times.acknowledgedAt).toBe(before.times.acknowledgedAt);
      }),
    );
  });

  test('has a step on the undo list from before it is applied until it is undone', () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 30 }), (events) => {
        const expected: string[] = [];
        for (const one of events) {
          if (one.type === 'step_started' && !expected.includes(one.stepId)) expected.push(one.stepId);
          if (one.type === 'step_undone') expected.splice(expected.indexOf(one.stepId) >>> 0, 1);
        }
        expect(after(events).undos).toEqual(expected);
      }),
    );
  });

  test('knows the commands that it has applied, and a bounded number of them', () => {
    const events = Array.from({ length: 700 }, (_, index) => ({
      type: 'acknowledged' as const,
      at: '2026-01-01T00:00:00.000Z',
      actor: 'key:ana',
      commandId: `c${index}`,
    }));
    const { seenCommands } = after(events);
    expect(seenCommands).toHaveLength(500);
    expect(seenCommands.at(-1)).toBe('c699');
  });
});

describe('commands', () => {
  test('that are not refused are facts which the reducer takes; those that are refused say why', () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 20 }), command, (events, given) => {
        const state = after(events);
        const refusal = refusalOf(state, given);
        if (refusal) {
          expect(refusal.code).toMatch(/^[a-z_]+$/);
          expect(refusal.reason.length).toBeGreaterThan(10);
          return;
        }
        const facts = factsOf(state, given);
        const stamped = facts.map((fact) => ({ ...fact, at: '2026-06-01T00:00:00.000Z', actor: 'key:ana' }));
        expect(stamped.reduce(reduce, state).nextEvent).toBe(state.nextEvent + facts.length);
      }),
    );
  });

  test('do nothing to an incident that has ended, except reopening it', () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 20 }), command, (events, given) => {
        const state = after(events);
        fc.pre(hasEnded(state.status) && given.type !== 'reopen');
        expect(refusalOf(state, given)?.code).toBe('incident_ended');
      }),
    );
  });

  test('reopening clears how it ended and sends it back to recovery', () => {
    const closed: IncidentState = { ...opened, status: 'closed', recovered: 'alerts_resolved', disposition: 'benign' };
    expect(refusalOf(closed, { type: 'reopen', reason: 'again' })).toBeUndefined();
    const [fact] = factsOf(closed, { type: 'reopen', reason: 'again' });
    if (!fact) throw new Error('reopening is a fact');
    const state = reduce(closed, { ...fact, at: '2026-06-01T00:00:00.000Z', actor: 'key:ana' });
    expect(state).toMatchObject({ status: 'recovery', recovered: null, disposition: null });
    expect(state.times.closedAt).toBeUndefined();
  });
});

describe('alert notes', () => {
  test('are applied each once and in order, however they are cut, repeated and mixed up', () => {
    const size = 30;
    const all = Array.from({ length: size }, (_, index) => note(index + 1, 'fired', index + 1));
    const batches = fc.array(fc.subarray(all, { minLength: 1 }), { maxLength: 20 });
    fc.assert(
      fc.property(batches, fc.shuffledSubarray(all, { minLength: size }), (random, rest) => {
        let seen = 0;
        let early: AlertNote[] = [];
        const applied: number[] = [];
        for (const batch of [...random.map((one) => [...one].reverse()), rest]) {
          const sorted = sortNotes(seen, [...early, ...batch]);
          applied.push(...sorted.ready.map(({ position }) => position));
          seen = sorted.ready.at(-1)?.position ?? seen;
          early = sorted.early;
        }
        expect(applied).toEqual(all.map(({ position }) => position));
        expect(early).toEqual([]);
      }),
    );
  });
});

describe('a planned step', () => {
  test('acts only at the levels approve and auto, and never when it was planned as skipped', () => {
    expect(heldBack(plannedStep({ level: 'observe' }))).toMatchObject({ code: 'observed' });
    expect(heldBack(plannedStep({ level: 'suggest' }))).toMatchObject({ code: 'suggested' });
    expect(heldBack(plannedStep({ level: 'approve' }))).toBeUndefined();
    expect(heldBack(plannedStep({ level: 'auto' }))).toBeUndefined();
    const skip = { code: 'protected_range', reason: 'It is ours' };
    expect(heldBack(plannedStep({ level: 'auto', skip }))).toMatchObject({ result: 'skipped', ...skip });
  });
});
