import { describe, expect, test } from 'vitest';
import { streams } from '../../src/engine/random/streams.js';
import { isPrecise, meanInterval, quantileInterval, relativeHalf } from '../../src/stats/interval.js';
import { covariance, moments } from '../../src/stats/moments.js';
import { bonferroni, pairedDifference } from '../../src/stats/paired.js';

describe('mean and spread', () => {
  test('of a sample worked by hand', () => {
    expect(moments([2, 4, 4, 4, 5, 5, 7, 9])).toEqual({ n: 8, mean: 5, sd: Math.sqrt(32 / 7) });
  });

  test('lose no digits to a large common part', () => {
    expect(moments([1e12 + 1, 1e12 + 2, 1e12 + 3])).toEqual({ n: 3, mean: 1e12 + 2, sd: 1 });
  });

  test('equal values have exactly that mean and no spread', () => {
    expect(moments([0.1, 0.1, 0.1])).toEqual({ n: 3, mean: 0.1, sd: 0 });
  });

  test('covariance of pairs worked by hand', () => {
    expect(covariance([1, 2, 3], [2, 4, 9])).toBe(3.5);
  });
});

describe('the interval of a mean', () => {
  test('is t times the standard error', () => {
    const { mean, half } = meanInterval([9, 10, 11], 0.95);
    expect(mean).toBe(10);
    expect(half).toBeCloseTo(4.30265273 / Math.sqrt(3), 7);
  });

  test('is infinite for one value, and nothing for equal ones', () => {
    expect(meanInterval([3], 0.95).half).toBe(Number.POSITIVE_INFINITY);
    expect(meanInterval([3, 3, 3], 0.95).half).toBe(0);
  });

  test('is precise when its half-width is a small enough share of the true mean at worst', () => {
    const interval = meanInterval([9.5, 10, 10.5], 0.95);
    expect(relativeHalf(interval)).toBeCloseTo(0.1242, 3);
    expect(isPrecise(interval, 0.15)).toBe(true);
    // 0.125 / 1.125 = 0.111: a share of the estimate is stricter than it looks.
    expect(isPrecise(interval, 0.125)).toBe(false);
    expect(isPrecise(meanInterval([0, 0], 0.95), 0.01)).toBe(true);
    expect(isPrecise(meanInterval([-1, 1], 0.95), 0.99)).toBe(false);
  });
});

describe('the interval of a quantile', () => {
  test('of ten values around the median is the second to the ninth, which covers 97.9 %', () => {
    const found = quantileInterval([10, 1, 9, 2, 8, 3, 7, 4, 6, 5], 0.5, 0.95);
    expect(found).toMatchObject({ n: 10, quantile: 5, low: 2, high: 9 });
    expect(found.coverage).toBeCloseTo(1 - (2 * 11) / 1024, 12);
  });

  test('says when there are too few values for the confidence', () => {
    const { low, high, coverage } = quantileInterval([1, 2, 3], 0.5, 0.95);
    expect([low, high]).toEqual([1, 3]);
    expect(coverage).toBeCloseTo(0.75, 12);
  });

  test('does not underflow in the tail of many values', () => {
    const values = Array.from({ length: 20_000 }, (_, i) => i);
    const { low, high, coverage } = quantileInterval(values, 0.999, 0.95);
    expect(low).toBeGreaterThan(19_960);
    expect(high).toBeLessThan(19_995);
    expect(coverage).toBeGreaterThanOrEqual(0.95);
  });

  test('covers the true quantile as often as it says', () => {
    const random = streams('coverage', 0).stream('quantile');
    let covered = 0;
    for (let i = 0; i < 2_000; i++) {
      const sample = Array.from({ length: 40 }, () => random.uniform());
      const { low, high } = quantileInterval(sample, 0.9, 0.9);
      if (low <= 0.9 && 0.9 <= high) covered += 1;
    }
    expect(covered / 2_000).toBeGreaterThan(0.88);
    expect(covered / 2_000).toBeLessThan(0.99);
  });
});

describe('paired differences', () => {
  test('see what common noise hides', () => {
    const noise = [5, -3, 8, 0, -6, 4];
    const a = noise.map((x) => 100 + x);
    const b = noise.map((x, i) => 101 + x + (i % 2) * 0.1);
    const { difference, correlation, varianceReduction } = pairedDifference(a, b, 0.95);
    expect(difference.mean).toBeCloseTo(1.05, 12);
    expect(difference.half).toBeLessThan(0.1);
    expect(correlation).toBeGreaterThan(0.999);
    expect(varianceReduction).toBeGreaterThan(0.999);
  });

  test('of unrelated numbers save nothing', () => {
    const random = streams('paired', 0).stream('unrelated');
    const draw = () => Array.from({ length: 2_000 }, () => random.uniform());
    expect(Math.abs(pairedDifference(draw(), draw(), 0.95).varianceReduction)).toBeLessThan(0.1);
  });

  test('need pairs', () => {
    expect(() => pairedDifference([1, 2], [1], 0.95)).toThrow('cannot be paired');
  });

  test('several at once share the allowed error', () => {
    expect(bonferroni(0.95, 5)).toBeCloseTo(0.99, 12);
    expect(bonferroni(0.95, 0)).toBe(0.95);
  });
});
