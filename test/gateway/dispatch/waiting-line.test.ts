import fc from 'fast-check';
import { expect, it } from 'vitest';
import { severities } from '../../../src/core/severity.ts';
import { WaitingLine } from '../../../src/gateway/dispatch/waiting-line.ts';
import { Turns } from '../../../src/gateway/turns.ts';

it('lets a critical incident of one source pass a storm of another', () => {
  const line = new WaitingLine();
  for (let n = 0; n < 5_000; n += 1) line.add(`storm-${n}`, { severity: 'high', source: 'noisy' });
  line.add('quiet', { severity: 'high', source: 'quiet' });
  line.add('worst', { severity: 'critical', source: 'quiet' });
  expect(line.take(3)).toEqual(['worst', 'storm-0', 'quiet']);
  expect(line.has('critical')).toBe(false);
  expect(line.take(2, 'critical')).toEqual([]);
});

it('gives each incident once, at its worst, whatever was added how often', () => {
  const added = fc.record({
    id: fc.integer({ min: 0, max: 30 }).map(String),
    severity: fc.constantFrom(...severities),
    source: fc.constantFrom('a', 'b', 'c'),
  });
  fc.assert(
    fc.property(fc.array(added), fc.integer({ min: 1, max: 7 }), (all, size) => {
      const line = new WaitingLine();
      const worst = new Map<string, number>();
      for (const { id, severity, source } of all) {
        line.add(id, { severity, source });
        const rank = severities.indexOf(severity);
        worst.set(id, Math.min(worst.get(id) ?? rank, rank));
      }
      expect(line.size).toBe(worst.size);
      const taken: string[] = [];
      for (let next = line.take(size); next.length > 0; next = line.take(size)) taken.push(...next);
      expect([...taken].sort()).toEqual([...worst.keys()].sort());
      const ranks = taken.map((id) => worst.get(id) ?? 0);
      expect(ranks).toEqual([...ranks].sort((a, b) => a - b));
      expect([line.size, line.has('info')]).toEqual([0, false]);
    }),
  );
});

it('takes turns: nothing waits for more than one of each other lane, and a lane keeps its order', () => {
  const lanes = fc.dictionary(fc.constantFrom('a', 'b', 'c', 'd'), fc.integer({ min: 1, max: 40 }));
  fc.assert(
    fc.property(lanes, (counts) => {
      const turns = new Turns<string>();
      for (const [lane, count] of Object.entries(counts)) {
        for (let n = 0; n < count; n += 1) turns.push(lane, `${lane}${n}`);
      }
      const taken: string[] = [];
      for (let next = turns.peek(); next !== undefined; next = turns.peek()) {
        expect(turns.take()).toBe(next);
        taken.push(next);
      }
      expect(turns.size).toBe(0);
      for (const [lane, count] of Object.entries(counts)) {
        const places = taken.flatMap((one, place) => (one.startsWith(lane) ? [place] : []));
        expect(places.map((place) => taken[place])).toEqual(Array.from({ length: count }, (_, n) => `${lane}${n}`));
        for (const [n, place] of places.entries()) expect(place).toBeLessThan((n + 1) * Object.keys(counts).length);
      }
    }),
  );
});
