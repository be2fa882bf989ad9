import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bucketOf, buckets } from '../../../src/core/learning/bucket.ts';
import type { Feature } from '../../../src/core/learning/features.ts';
import {
  bytesOf,
  learn,
  type Model,
  modelDigest,
  newModel,
  numbersOf,
  scoreOf,
  weightBound,
} from '../../../src/core/learning/model.ts';
import { type Verdict, verdicts } from '../../../src/core/learning/verdict.ts';

const feature = (kind: string, text: string): Feature => ({ name: kind, bucket: bucketOf(kind, text), value: 1 });
const features = fc.array(
  fc.record({
    name: fc.string({ maxLength: 5 }),
    bucket: fc.nat(buckets - 1),
    value: fc.double({ min: 0.1, max: 1, noNaN: true }),
  }),
  { maxLength: 30 },
);
const lesson = fc.tuple(features, fc.constantFrom(...verdicts));
const lessons = fc.array(lesson, { maxLength: 60 });

function taught(all: readonly [Feature[], Verdict][], between = (model: Model): Model => model): Model {
  return all.reduce((model, [seen, verdict]) => {
    learn(model, seen, verdict);
    return between(model);
  }, newModel());
}

const storedAndRead = ({ weights, squares, ...counts }: Model): Model => ({
  ...counts,
  weights: numbersOf(bytesOf(weights)) ?? new Float32Array(),
  squares: numbersOf(bytesOf(squares)) ?? new Float32Array(),
});

describe('the model', () => {
  it('is the same, bit for bit, for the same verdicts in the same order, stored and read between any two', () => {
    fc.assert(
      fc.property(lessons, (all) => {
        const digest = modelDigest(taught(all));
        expect(modelDigest(taught(all))).toBe(digest);
        expect(modelDigest(taught(all, storedAndRead))).toBe(digest);
      }),
      { numRuns: 30 },
    );
  });

  it('stays within its bounds and is never NaN, whatever it is told', () => {
    fc.assert(
      fc.property(lesson, features, fc.integer({ min: 1, max: 2_000 }), ([seen, verdict], other, times) => {
        const model = newModel();
        for (let time = 0; time < times; time += 1) learn(model, seen, verdict);
        expect(model.weights.every((weight) => Math.abs(weight) <= weightBound)).toBe(true);
        const { score, chance } = scoreOf(model, other);
        expect(Number.isFinite(score)).toBe(true);
        expect(chance).toBeGreaterThan(0);
        expect(chance).toBeLessThan(1);
      }),
      { numRuns: 50 },
    );
  });

  it('explains a score by parts that are the score', () => {
    fc.assert(
      fc.property(lessons, features, (all, other) => {
        const { score, contributions } = scoreOf(taught(all), other);
        expect(contributions.map(({ name }) => name)).toEqual(other.map(({ name }) => name));
        expect(contributions.reduce((sum, one) => sum + one.score, 0)).toBe(score);
      }),
      { numRuns: 50 },
    );
  });

  it('learns a rule that separates, whatever else it sees, and names what separates', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.boolean(), fc.nat(200)), { minLength: 300, maxLength: 400 }), (seen) => {
        const model = newModel();
        const of = (isFalseAlarm: boolean, noise: number): Feature[] => [
          feature('every incident', ''),
          feature('rule', isFalseAlarm ? 'noisy' : 'telling'),
          feature('noise', String(noise)),
        ];
        fc.pre(seen.filter(([isFalseAlarm]) => isFalseAlarm).length > 50);
        fc.pre(seen.filter(([isFalseAlarm]) => !isFalseAlarm).length > 50);
        for (const [isFalseAlarm, noise] of seen) {
          learn(model, of(isFalseAlarm, noise), isFalseAlarm ? 'false_alarm' : 'real');
        }
        // 1,000 was never seen.
        const noisy = scoreOf(model, of(true, 1_000));
        expect(noisy.chance).toBeGreaterThan(0.8);
        expect(scoreOf(model, of(false, 1_000)).chance).toBeLessThan(0.2);
        expect(noisy.contributions.toSorted((a, b) => b.score - a.score)[0]?.name).toBe('rule');
      }),
      { numRuns: 20 },
    );
  });

  it('reads only what it wrote', () => {
    expect(numbersOf(new Uint8Array(8))).toBeUndefined();
    const broken = bytesOf(newModel().weights);
    broken.set([0xff, 0xff, 0xff, 0xff], 4);
    expect(numbersOf(broken)).toBeUndefined();
  });
});
