// Pseudo-random choices that a seed repeats.

export interface Random {
  /** A whole number, both ends included. */
  between(lowest: number, highest: number): number;
  oneOf<T>(list: readonly T[]): T;
}

/** mulberry32, by Tommy Ettinger (public domain): small, and random enough to choose by. */
export function randomFrom(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return {
    between: (lowest, highest) => lowest + Math.floor(next() * (highest - lowest + 1)),
    oneOf(list) {
      const chosen = list[Math.floor(next() * list.length)];
      if (chosen === undefined) throw new RangeError('There is nothing to choose from');
      return chosen;
    },
  };
}
