import { expect, test } from 'vitest';
import { problemOfAlert } from '../../src/plan-test/alerts.ts';
import { sources } from '../../src/sources/index.ts';

// Mappings are those of a plan, and read by its gateway.
const all = [...sources.values()].filter(({ name }) => name !== 'mapped');

test.each(all.flatMap(({ name, samples }) => Object.keys(samples).map((sample) => ({ source: name, sample }))))(
  'a test of a plan can be about $sample of $source',
  (alert) => {
    expect(problemOfAlert(alert)).toBeUndefined();
  },
);
