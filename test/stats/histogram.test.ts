import { fc, test as property } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { Histogram } from '../../src/stats/histogram.js';
import { nearestRank } from '../../src/stats/quantile.js';

/** Samples from which on the histogram keeps bins instead of samples. */
const BINNED_FROM = 65_536;
const QUANTILES = [0, 0.001, 0.1, 0.5, 0.9, 0.99, 0.999, 1];

function histogramOf(samples: Iterable<number>): Histogram {
  const histogram = new Histogram();
  for (const sample of samples) histogram.add(sample);
  return histogram;
}

/** The smallest sample with at least q of all at or below it. */
function exactQuantile(samples: readonly number[], q: number): number {
  return nearestRank(ascending(samples), q);
}

function ascending(samples: readonly number[]): readonly number[] {
  return [...samples].sort((a, b) => a - b);
}

const value = fc.oneof(fc.nat({ max: 20 }), fc.nat({ max: 5_000 }), fc.nat(), fc.maxSafeNat());

describe('a histogram of few samples', () => {
  property.prop([fc.array(value, { minLength: 1, maxLength: 300 })], { seed: 20_261_121 })('is exact', (samples) => {
    const histogram = histogramOf(samples);
    for (const q of QUANTILES) expect(histogram.quantile(q)).toBe(exactQuantile(samples, q));
    expect(histogram.count).toBe(samples.length);
    expect(histogram.max).toBe(Math.max(...samples));
  });

  test('of none is zero throughout', () => {
    const empty = new Histogram();
    expect([empty.count, empty.mean, empty.max, empty.quantile(0.5)]).toEqual([0, 0, 0, 0]);
  });

  test('goes on being exact between looks at it', () => {
    const histogram = new Histogram();
    const seen: number[] = [];
    for (const sample of [5, 1, 4, 2, 3]) {
      histogram.add(sample);
      seen.push(sample);
      expect(histogram.quantile(0.5)).toBe(exactQuantile(seen, 0.5));
    }
    expect(histogram.mean).toBe(3);
  });

  test('is exact up to the last sample before it keeps bins', () => {
    const samples = Array.from({ length: BINNED_FROM - 1 }, (_, i) => i * 1_000_003);
    const histogram = histogramOf(samples);
    for (const q of QUANTILES) expect(histogram.quantile(q)).toBe(exactQuantile(samples, q));
  });
});

describe('a histogram of many samples', () => {
  /** Spread over 53 octaves, each number at least once. */
  const samples = (count: number): number[] =>
    Array.from({ length: count }, (_, i) => {
      const octave = i % 53;
      return Math.min(Number.MAX_SAFE_INTEGER, Math.floor(2 ** octave * (1 + ((i * 7_919) % 65_521) / 65_521)));
    });

  test('is at most 0.05 % off, and exact in count, sum and maximum', () => {
    const all = samples(BINNED_FROM + 1_000);
    const histogram = histogramOf(all);
    const sorted = ascending(all);
    for (let q = 0; q <= 1; q += 1 / 256) {
      const exact = nearestRank(sorted, q);
      expect(Math.abs(histogram.quantile(q) - exact), `quantile ${q} of ${exact}`).toBeLessThanOrEqual(exact * 0.0005);
    }
    expect(histogram.count).toBe(all.length);
    expect(histogram.max).toBe(Math.max(...all));
    expect(histogram.quantile(1)).toBeLessThanOrEqual(histogram.max);
  });

  test('knows small numbers one by one', () => {
    const all = Array.from({ length: BINNED_FROM * 2 }, (_, i) => i % 1_000);
    const histogram = histogramOf(all);
    for (const q of [0.0005, 0.25, 0.5, 0.75, 0.9995]) expect(histogram.quantile(q)).toBe(exactQuantile(all, q));
  });

  test('does not depend on the order of the samples', () => {
    const all = samples(BINNED_FROM + 5_000);
    const forwards = histogramOf(all);
    const backwards = histogramOf([...all].reverse());
    const sorted = histogramOf([...all].sort((a, b) => a - b));
    for (const q of QUANTILES) {
      expect(backwards.quantile(q)).toBe(forwards.quantile(q));
      expect(sorted.quantile(q)).toBe(forwards.quantile(q));
    }
  });

  test('is continuous where it begins to keep bins: one sample more moves no quantile by more than a bin', () => {
    const all = samples(BINNED_FROM - 1);
    const histogram = histogramOf(all);
    const before = QUANTILES.map((q) => histogram.quantile(q));
    histogram.add(all[0]!);
    for (const [i, q] of QUANTILES.entries()) {
      expect(Math.abs(histogram.quantile(q) - before[i]!)).toBeLessThanOrEqual(before[i]! * 0.001 + 1);
    }
  });
});

describe('adding a sample many times', () => {
  property.prop([fc.array(fc.tuple(value, fc.integer({ min: 1, max: 40_000 })), { minLength: 1, maxLength: 5 })], {
    numRuns: 30,
    seed: 20_261_121,
  })('is adding it one by one', (groups) => {
    const atOnce = new Histogram();
    for (const [sample, times] of groups) atOnce.add(sample, times);
    const oneByOne = histogramOf(groups.flatMap(([sample, times]) => new Array<number>(times).fill(sample)));
    expect(atOnce.count).toBe(oneByOne.count);
    for (const q of QUANTILES) expect(atOnce.quantile(q)).toBe(oneByOne.quantile(q));
  });
});
