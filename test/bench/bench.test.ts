import { describe, expect, test } from 'vitest';
import { atLeast, atMost, figure, isMet, type Row, toJson, toTable } from './report.ts';
import { median, quantile } from './statistics.ts';

const row = (overrides: Partial<Row> = {}): Row => ({
  name: 'incidents completed',
  unit: '/s',
  value: 30,
  floor: 40,
  beside: 'bare SDK',
  goal: atLeast('ratio', 0.8),
  ...overrides,
});

describe('the JSON of a run', () => {
  test('has name, unit, value, floor and ratio of every row, and nothing else', () => {
    const rows = [row(), row({ name: 'events of a simple incident', unit: 'events', value: 19, floor: null })];
    expect(JSON.parse(toJson(rows))).toEqual({
      rows: [
        { name: 'incidents completed', unit: '/s', value: 30, floor: 40, ratio: 0.75 },
        { name: 'events of a simple incident', unit: 'events', value: 19, floor: null, ratio: null },
      ],
    });
  });

  test('has no ratio to a floor of nothing', () => {
    expect(JSON.parse(toJson([row({ floor: 0 })])).rows[0].ratio).toBeNull();
  });
});

describe('the table of a run', () => {
  test('is Markdown whose columns are aligned, with what the floor is and whether the goal is met', () => {
    const rows = [
      row(),
      row({ name: 'answer, p50', unit: 'ms', value: 1234.5, floor: null, beside: null, goal: null }),
    ];
    expect(toTable(rows)).toBe(
      [
        '| row                 | value    | floor         | ratio  | goal    |        |',
        '| ------------------- | -------- | ------------- | ------ | ------- | ------ |',
        '| incidents completed | 30 /s    | 40 (bare SDK) | 0.75 × | ≥ 0.8 × | missed |',
        '| answer, p50         | 1,235 ms |               |        |         |        |',
        '',
      ].join('\n'),
    );
  });

  test('says a goal of the value in its unit', () => {
    const events = row({ unit: 'events', value: 19, goal: atMost('value', 20) });
    expect(toTable([events])).toContain('| ≤ 20 events | met ');
  });
});

describe('a goal', () => {
  test('of a ratio is met from its limit on', () => {
    expect(isMet(row({ value: 32 }))).toBe(true);
    expect(isMet(row({ value: 31.9 }))).toBe(false);
    expect(isMet(row({ goal: atMost('ratio', 0.75) }))).toBe(true);
  });

  test('of a ratio is neither met nor missed where nothing compares', () => {
    expect(isMet(row({ floor: null }))).toBeNull();
  });
});

test('figures have three significant digits, and every digit before the point', () => {
  expect([0, 0.01234, 1.2345, 19, 123.4, 999.6, 12_345.6].map(figure)).toEqual([
    ...['0', '0.0123', '1.23', '19', '123', '1,000', '12,346'],
  ]);
});

test('a quantile is a sample that occurred', () => {
  const samples = [5, 1, 4, 2, 3];
  expect([median(samples), quantile(samples, 0.99), quantile(samples, 0), median([])]).toEqual([3, 5, 1, Number.NaN]);
});
