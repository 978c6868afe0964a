import { describe, expect, test } from 'vitest';
import { streams } from '../../src/engine/random/streams.js';
import { autocorrelation, batchMeans } from '../../src/stats/batch-means.js';
import { mser5 } from '../../src/stats/mser.js';

describe('batch means', () => {
  test('drop what does not fill a batch from the front, where a transient would be', () => {
    const series = [1_000, ...Array.from({ length: 8 }, (_, i) => i)];
    const { interval, batchSize, batches } = batchMeans(series, 0.95, 4);
    expect({ batchSize, batches, mean: interval.mean }).toEqual({ batchSize: 2, batches: 4, mean: 3.5 });
  });

  test('report how much neighbouring batches still resemble each other', () => {
    const rising = Array.from({ length: 400 }, (_, i) => i);
    expect(batchMeans(rising, 0.95).lag1).toBeGreaterThan(0.7);
    const random = streams('batches', 0).stream('noise');
    const noise = Array.from({ length: 4_000 }, () => random.uniform());
    expect(Math.abs(batchMeans(noise, 0.95).lag1)).toBeLessThan(0.45);
  });

  test('refuse a series that is too short for them', () => {
    expect(() => batchMeans([1, 2, 3], 0.95)).toThrow('do not fill 20 batches');
  });

  test('a series that alternates is correlated with itself two places on, and the opposite one place on', () => {
    const series = Array.from({ length: 1_000 }, (_, i) => i % 2);
    expect(autocorrelation(series, 1)).toBeCloseTo(-1, 2);
    expect(autocorrelation(series, 2)).toBeCloseTo(1, 2);
    expect(autocorrelation([3, 3, 3, 3], 1)).toBe(0);
  });
});

describe('MSER-5', () => {
  const random = streams('mser', 0).stream('noise');
  const noise = (n: number) => Array.from({ length: n }, () => 10 + random.uniform());

  test('cuts a transient off where it ends', () => {
    const falling = Array.from({ length: 100 }, (_, i) => 10 + (100 - i));
    const { drop, settled } = mser5([...falling, ...noise(900)]);
    expect(drop).toBeGreaterThanOrEqual(90);
    expect(drop).toBeLessThanOrEqual(250);
    expect(settled).toBe(true);
  });

  test('leaves little off a series that is settled from the start', () => {
    expect(mser5(noise(1_000)).drop).toBeLessThan(250);
    expect(mser5(Array.from({ length: 100 }, () => 5)).drop).toBe(0);
  });

  test('says when a series never settles', () => {
    const rising = Array.from({ length: 1_000 }, (_, i) => i);
    expect(mser5(rising).settled).toBe(false);
    expect(mser5([1, 2, 3])).toEqual({ drop: 0, settled: false });
  });
});
