import { describe, expect, it } from 'vitest';
import { backTest } from '../../../src/core/learning/back-test.ts';
import { areaUnderCurve, brierScore, cutAt } from '../../../src/core/learning/measures.ts';
import { historyOf, recorded } from './history.ts';

describe('a back-test of a history whose truth is known', () => {
  const happened = historyOf(3_000, 7);
  const cases = happened.map(recorded);
  const tested = backTest(cases);
  const { model, prior } = tested;

  it('ranks better than the share of the kind does: a good part of the way to the best that there is', () => {
    const best = areaUnderCurve(happened.map(({ trueChance: chance, isFalseAlarm }) => ({ chance, isFalseAlarm })));
    expect(model.auc).toBeGreaterThan((prior.auc ?? 1) + 0.03);
    const gained = ((model.auc ?? 0) - (prior.auc ?? 0)) / ((best ?? 1) - (prior.auc ?? 0));
    expect(gained).toBeGreaterThan(0.4);
    expect(model.brier).toBeLessThan((prior.brier ?? 0) - 0.005);
    for (const [at, cut] of model.cuts.entries()) expect(cut.share).toBeGreaterThan(prior.cuts[at]?.share ?? 1);
  });

  it('gives chances that come true', () => {
    for (const { predictions, meanChance, falseAlarmShare } of model.calibration) {
      if (predictions > 100) expect(Math.abs((meanChance ?? 0) - (falseAlarmShare ?? 1))).toBeLessThan(0.1);
    }
  });

  it('keeps before the cut what it says that it keeps', () => {
    for (const { recall, realBehind } of [...model.cuts, ...prior.cuts]) {
      expect(realBehind).toBeLessThanOrEqual(tested.real * (1 - recall) + 1e-9);
    }
  });

  it('says nothing until enough is known, and counts that', () => {
    expect(tested.predicted + tested.unsaid).toBe(3_000);
    expect(tested.unsaid).toBeGreaterThanOrEqual(30);
    expect(backTest(cases.slice(0, 30))).toMatchObject({ predicted: 0, unsaid: 30, model: { auc: null } });
    expect(backTest([])).toMatchObject({ incidents: 0, model: { auc: null, brier: null } });
  });

  it('is the same in whatever order the incidents are read, and knows nothing of the future', () => {
    expect(backTest(cases.toReversed())).toEqual(tested);
    // Everything ends after the last one has opened: at each opening nothing was known yet.
    const late = cases.map((one) => ({ ...one, endedAtMs: Date.parse('2030-01-01T00:00:00Z') }));
    expect(backTest(late).predicted).toBe(0);
  });

  it('finds nothing where there is nothing to find', () => {
    const blind = cases.map((one, at) => ({ ...one, verdict: at % 2 ? ('real' as const) : ('false_alarm' as const) }));
    expect(backTest(blind).model.auc).toBeGreaterThan(0.4);
    expect(backTest(blind).model.auc).toBeLessThan(0.6);
  });
});

describe('the measures', () => {
  const of = (...pairs: [chance: number, isFalseAlarm: boolean][]) =>
    pairs.map(([chance, isFalseAlarm]) => ({ chance, isFalseAlarm }));

  it('are those of the books, on examples by hand', () => {
    const perfect = of([0.9, true], [0.8, true], [0.2, false], [0.1, false]);
    expect(areaUnderCurve(perfect)).toBe(1);
    expect(areaUnderCurve(perfect.map((one) => ({ ...one, chance: 1 - one.chance })))).toBe(0);
    expect(areaUnderCurve(of([0.5, true], [0.5, false]))).toBe(0.5);
    // Of the six pairs, three are in order and one is a tie.
    expect(areaUnderCurve(of([0.4, true], [0.6, true], [0.5, false], [0.7, false], [0.4, false]))).toBeCloseTo(2.5 / 6);
    expect(areaUnderCurve(of([0.4, true]))).toBeNull();
    expect(brierScore(perfect)).toBeCloseTo((0.01 + 0.04 + 0.04 + 0.01) / 4);
  });

  it('cut only where so much of what is real stays in front', () => {
    const some = of([0.9, true], [0.8, false], [0.7, true], [0.6, false], [0.5, true]);
    expect(cutAt(some, 1)).toMatchObject({ chance: 0.8, falseAlarmsBehind: 1, realBehind: 0 });
    expect(cutAt(some, 0.5)).toMatchObject({ chance: 0.6, falseAlarmsBehind: 2, realBehind: 1 });
    expect(cutAt(of([0.9, true]), 0.99)).toMatchObject({ falseAlarmsBehind: 0, realBehind: 0 });
  });
});
