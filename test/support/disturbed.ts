// Bodies that are almost what a source sends.

import fc from 'fast-check';
import type { Source } from '../../src/sources/source.ts';
import { placesOf, withValueAt } from './json-places.ts';

/** A sample with one place of it, however deep, replaced by anything at all; sometimes anything at all. */
export function disturbed(source: Source, atMs: number): fc.Arbitrary<unknown> {
  const samples = Object.values(source.samples).map((sample) => JSON.parse(sample(atMs)));
  const changed = fc
    .constantFrom(...samples)
    .chain((sample) =>
      fc.tuple(fc.constant(sample), fc.constantFrom(...placesOf(sample).map(({ path }) => path)), fc.jsonValue()),
    )
    .map(([sample, path, value]) => withValueAt(sample, path, value));
  return fc.oneof({ weight: 4, arbitrary: changed }, fc.jsonValue());
}
