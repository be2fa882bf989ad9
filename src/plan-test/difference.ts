// One difference between what a test expects and what was seen.

export interface Difference {
  /** Within the test: `['expect', 'steps', 'block']`. */
  path: readonly PropertyKey[];
  expected: string;
  actual: string;
  /** Place of the event in `Observed.events` that it is about. */
  event?: number;
}

/** For an index that a search gave, which is -1 when there is none. */
export const placed = (event: number): { event?: number } => (event < 0 ? {} : { event });
