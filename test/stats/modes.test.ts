import { describe, expect, test } from 'vitest';
import { sampler } from '../../src/engine/random/distributions.js';
import { streams } from '../../src/engine/random/streams.js';
import { twoModes } from '../../src/stats/modes.js';

const draws = (n: number, seed: number, kind: 'normal' | 'uniform' | 'lognormal'): number[] => {
  const draw = {
    normal: sampler({ kind: 'normal', mean: 10, sigma: 2 }),
    uniform: sampler({ kind: 'uniform', min: 5, max: 15 }),
    lognormal: sampler({ kind: 'lognormal', median: 10, sigma: 0.5 }),
  }[kind];
  const stream = streams('modes', seed).stream(kind);
  return Array.from({ length: n }, () => draw(stream));
};

describe('a sample of two kinds', () => {
  test('is told as two means with how many there are of each', () => {
    expect(twoModes([3.8, 6.9, 3.9, 6.7, 3.7, 4.0, 3.8, 6.8])).toEqual([
      { mean: expect.closeTo(3.84, 2), n: 5 },
      { mean: expect.closeTo(6.8, 2), n: 3 },
    ]);
  });

  test('is found among values of another order, wherever the kinds lie', () => {
    const values = [...draws(20, 1, 'normal'), ...draws(10, 2, 'normal').map((value) => value + 40)];
    expect(twoModes(values.toReversed())?.map(({ n }) => n)).toEqual([20, 10]);
  });

  test('takes eight values, and two of each kind: one that is apart is an outlier', () => {
    expect(twoModes([1, 1, 1, 9, 9, 9, 9])).toBeUndefined();
    expect(twoModes([1, 1.1, 0.9, 1, 1.05, 1, 0.95, 9])).toBeUndefined();
  });

  test('is not two where the kinds are nearly the same', () => {
    expect(twoModes([100, 100.1, 100, 99.9, 104, 104.1, 104, 103.9])).toBeUndefined();
  });
});

test.each(['normal', 'uniform', 'lognormal'] as const)(
  'a %s sample is taken for two kinds in less than two of a hundred cases',
  (kind) => {
    for (const n of [8, 12, 30]) {
      const found = Array.from({ length: 300 }, (_, seed) => twoModes(draws(n, seed, kind))).filter(Boolean);
      expect(found.length, `of ${n}`).toBeLessThan(6);
    }
  },
);
