// The parts of the console that need no browser.

import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { createRefresher } from '../../src/console/api/refresher.ts';
import { groupByTime, matches } from '../../src/console/incident/timeline-groups.ts';
import { routeOf } from '../../src/console/router/routes.ts';
import { ageText, durationText } from '../../src/console/ui/duration.ts';
import { visible } from '../../src/console/ui/outside-text.ts';
import { sampleEntry } from './support/samples.ts';

describe('Durations', () => {
  it.each([
    [0, '0 s'],
    [59_999, '59 s'],
    [60_000, '1 min'],
    [725_000, '12 min 5 s'],
    [7_800_000, '2 h 10 min'],
    [3 * 86_400_000, '3 d'],
    [-5, '0 s'],
  ])('%d ms is %s', (ms, text) => expect(durationText(ms)).toBe(text));

  it('is never longer than the time that is left', () => {
    const unitMs = { d: 86_400_000, h: 3_600_000, min: 60_000, s: 1_000 };
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 10 ** 11 }), (ms) => {
        const shown = [...durationText(ms).matchAll(/(\d+) (d|h|min|s)/g)].reduce(
          (sum, [, count, unit]) => sum + Number(count) * unitMs[unit as keyof typeof unitMs],
          0,
        );
        expect(shown).toBeLessThanOrEqual(ms);
      }),
    );
  });

  it('gives ages in one unit', () => {
    expect([ageText(3_000), ageText(200_000), ageText(90_000_000)]).toEqual(['just now', '3 min ago', '1 d ago']);
  });
});

describe('Text from outside', () => {
  it('keeps what can be read, and writes out what cannot be seen', () => {
    expect(visible('hello هجوم 🔥')).toBe('hello هجوم 🔥');
    expect(visible('a\u202eb\u0000c\u200bd')).toBe('a[U+202E]b[U+0000]c[U+200B]d');
  });
});

describe('Paths', () => {
  it('leads ids of incidents to their page and everything else to none', () => {
    expect(routeOf('/incidents/abc123')).toEqual({ page: 'incident', id: 'abc123' });
    expect(routeOf('/audit/')).toEqual({ page: 'audit' });
    expect(routeOf('/silences/abc123')).toEqual({ page: 'silence', id: 'abc123' });
    expect(routeOf('/constructor/abc123')).toEqual({ page: 'not-found' });
    expect(routeOf('/incidents/../../x')).toEqual({ page: 'not-found' });
  });
});

describe('The timeline', () => {
  it('groups by day and minute, in order, and loses nothing', () => {
    const entries = [0, 10, 70, 90_000].map((seconds, n) =>
      sampleEntry(n + 1, { at: new Date(Date.UTC(2026, 10, 24, 9, 0, seconds)).toISOString() }),
    );
    const days = groupByTime(entries);
    expect(days.map(({ minutes }) => minutes.map((minute) => minute.entries.map(({ seq }) => seq)))).toEqual([
      [[1, 2], [3]],
      [[4]],
    ]);
  });

  it('tells what people did from what Firebreak did', () => {
    expect(matches({ actor: 'key:ana', kind: 'noted' }, 'people')).toBe(true);
    expect(matches({ actor: 'firebreak', kind: 'action_outcome' }, 'people')).toBe(false);
    expect(matches({ actor: 'firebreak', kind: 'action_outcome' }, 'actions')).toBe(true);
    expect(matches({ actor: 'firebreak', kind: 'alerts_received' }, 'alerts')).toBe(true);
  });
});

describe('Refreshing', () => {
  it('reads once more after whatever came while it read, and not once for each', async () => {
    const reads: (string[] | null)[] = [];
    const refresher = createRefresher(async (ids) => {
      reads.push(ids && [...ids]);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }, 1);
    refresher.ask('a');
    for (let n = 0; n < 100; n += 1) refresher.ask('b');
    refresher.ask('c');
    await vi.waitFor(() => expect(reads).toEqual([['a'], ['b', 'c']]));
    refresher.ask(null);
    await vi.waitFor(() => expect(reads.at(-1)).toBeNull());
  });
});
