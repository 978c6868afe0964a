/** Small numbers from a seed: a campaign's input is its seed, so that a fault can be made again. */
export interface Draw {
  /** A whole number from 0 to `count` - 1. */
  below(count: number): number;
  of<T>(list: readonly T[]): T;
  chance(probability: number): boolean;
}

/** Only for choosing inputs: nothing that is measured depends on it. */
export function drawOf(seed: number): Draw {
  let state = (seed ^ 0x9e3779b9) >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return {
    below: (count) => Math.floor(next() * count),
    of: (list) => list[Math.floor(next() * list.length)]!,
    chance: (probability) => next() < probability,
  };
}
