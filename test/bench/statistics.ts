// Figures from samples. Medians throughout: a machine with neighbours has outliers in one direction only.

/** `share` between 0 and 1; of nothing it is NaN. By nearest rank, so that it is a value that occurred. */
export function quantile(samples: readonly number[], share: number): number {
  const sorted = samples.toSorted((a, b) => a - b);
  const rank = Math.max(1, Math.ceil(share * sorted.length));
  return sorted[rank - 1] ?? Number.NaN;
}

export const median = (samples: readonly number[]): number => quantile(samples, 0.5);
