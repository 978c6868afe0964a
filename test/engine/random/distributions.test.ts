import {
  type RandomExponential,
  randomExponential,
  randomLogNormal,
  randomNormal,
  randomPareto,
  randomUniform,
  randomWeibull,
} from 'd3-random';
import { describe, expect, test } from 'vitest';
import { type Distribution, meanOf, quantileOf, sampler } from '../../../src/engine/random/distributions.js';
import { normalQuantile } from '../../../src/engine/random/normal.js';
import { type Stream, streams } from '../../../src/engine/random/streams.js';

const SAMPLES = 100_000;

function sample(distribution: Distribution, name: string): Float64Array {
  const draw = sampler(distribution);
  const stream = streams('distributions', 0).stream(name);
  return Float64Array.from({ length: SAMPLES }, () => draw(stream)).sort();
}

/** Largest distance between two empirical distribution functions of equal sample size (Smirnov). */
function smirnov(one: Float64Array, other: Float64Array): number {
  let [i, j, largest] = [0, 0, 0];
  while (i < one.length && j < other.length) {
    if (one[i]! <= other[j]!) i++;
    else j++;
    largest = Math.max(largest, Math.abs(i - j) / one.length);
  }
  return largest;
}

const oracleStream = (): (() => number) => {
  const stream = streams('oracle', 0).stream('p');
  return () => stream.uniform();
};
const source = <T>(factory: { source(source: () => number): T }): T => factory.source(oracleStream());

const CONTINUOUS: [Distribution, () => number][] = [
  [{ kind: 'uniform', min: 3, max: 8 }, source(randomUniform)(3, 8)],
  [{ kind: 'exponential', mean: 4 }, source<RandomExponential>(randomExponential)(1 / 4)],
  [{ kind: 'normal', mean: -2, sigma: 3 }, source(randomNormal)(-2, 3)],
  [{ kind: 'lognormal', median: 2, sigma: 0.8 }, source(randomLogNormal)(Math.log(2), 0.8)],
  [{ kind: 'lognormal', mean: 2, sigma: 0.8 }, source(randomLogNormal)(Math.log(2) - 0.32, 0.8)],
  [{ kind: 'pareto', min: 1, shape: 2.5 }, source(randomPareto)(2.5)],
  [{ kind: 'weibull', scale: 5, shape: 1.7 }, source(randomWeibull)(1.7, 0, 5)],
];

describe.each(CONTINUOUS)('%j', (distribution, oracle) => {
  const ours = sample(distribution, JSON.stringify(distribution));

  test('has the distribution function of d3-random (Smirnov, 0.1 %)', () => {
    const theirs = Float64Array.from({ length: SAMPLES }, oracle).sort();
    expect(smirnov(ours, theirs)).toBeLessThan(1.95 * Math.sqrt(2 / SAMPLES));
  });

  test('has the mean that meanOf tells (within 4 standard errors)', () => {
    const mean = ours.reduce((sum, value) => sum + value, 0) / SAMPLES;
    const variance = ours.reduce((sum, value) => sum + (value - mean) ** 2, 0) / SAMPLES;
    expect(Math.abs(mean - meanOf(distribution))).toBeLessThan(4 * Math.sqrt(variance / SAMPLES));
  });

  test('has an ascending quantile function', () => {
    const quantile = quantileOf(distribution);
    for (let index = 1; index < 1_000; index++) {
      expect(quantile(index / 1_000)).toBeGreaterThanOrEqual(quantile((index - 0.5) / 1_000));
    }
  });
});

const EVERY_KIND: Distribution[] = [
  ...CONTINUOUS.map(([distribution]) => distribution),
  { kind: 'constant', value: 5 },
  { kind: 'empirical', quantiles: [1, 2, 10] },
  { kind: 'weighted', values: [10, 20, 30], weights: [1, 0, 3] },
  { kind: 'zipf', count: 50, exponent: 1.1 },
];

test.each(EVERY_KIND)('%j takes exactly one uniform for a variate', (distribution) => {
  let drawn = 0;
  const counting: Stream = {
    uniform: () => {
      drawn++;
      return 0.7;
    },
    integer: () => 0,
    shuffle: (items) => items,
  };
  const draw = sampler(distribution);
  for (let index = 0; index < 10; index++) draw(counting);
  expect(drawn).toBe(10);
});

describe('the normal quantile (AS 241)', () => {
  // Values of published tables; the last one checked against erfc.
  test.each([
    [0.5, 0],
    [0.75, 0.6744897501960817],
    [0.975, 1.9599639845400543],
    [0.999, 3.0902323061678136],
    [1e-10, -6.361340902404056],
    [1e-100, -21.27345356096532],
  ])('at %s is %s', (u, expected) => {
    expect(normalQuantile(u)).toBeCloseTo(expected, 13);
  });

  test('is odd about one half', () => {
    for (const u of [0.01, 0.07, 0.2, 0.4]) expect(normalQuantile(1 - u)).toBeCloseTo(-normalQuantile(u), 13);
  });
});

describe('tables', () => {
  test('an empirical distribution interpolates between its quantiles (R-7)', () => {
    const quantile = quantileOf({ kind: 'empirical', quantiles: [1, 2, 10] });
    expect([0.001, 0.25, 0.5, 0.75].map(quantile)).toEqual([1.002, 1.5, 2, 6]);
    expect(meanOf({ kind: 'empirical', quantiles: [1, 2, 10] })).toBe(3.75);
    expect(meanOf({ kind: 'empirical', quantiles: [4] })).toBe(4);
    expect(quantileOf({ kind: 'empirical', quantiles: [4] })(0.9)).toBe(4);
  });

  test('a weighted choice follows the weights and never takes a weight of zero', () => {
    const drawn = sample({ kind: 'weighted', values: [10, 20, 30], weights: [1, 0, 3] }, 'weighted');
    const count = (value: number): number => drawn.filter((each) => each === value).length;
    expect(count(20)).toBe(0);
    expect(Math.abs(count(10) / SAMPLES - 0.25)).toBeLessThan(0.006);
    expect(count(10) + count(30)).toBe(SAMPLES);
    expect(meanOf({ kind: 'weighted', values: [10, 20, 30], weights: [1, 0, 3] })).toBe(25);
  });

  test('the first number of a Zipf distribution is twice as likely as the second when the exponent is 1', () => {
    const drawn = sample({ kind: 'zipf', count: 100, exponent: 1 }, 'zipf');
    const count = (value: number): number => drawn.filter((each) => each === value).length;
    expect(count(0) / count(1)).toBeGreaterThan(1.9);
    expect(count(0) / count(1)).toBeLessThan(2.1);
    expect(drawn.at(-1)).toBeLessThan(100);
    const mean = drawn.reduce((sum, value) => sum + value, 0) / SAMPLES;
    expect(Math.abs(mean - meanOf({ kind: 'zipf', count: 100, exponent: 1 }))).toBeLessThan(0.3);
  });

  test('the mean of a heavy Pareto tail is infinite', () => {
    expect(meanOf({ kind: 'pareto', min: 1, shape: 1 })).toBe(Number.POSITIVE_INFINITY);
  });
});

test.each<[Distribution, string]>([
  [{ kind: 'uniform', min: 2, max: 1 }, 'from 2 to 1'],
  [{ kind: 'exponential', mean: -1 }, 'mean -1'],
  [{ kind: 'empirical', quantiles: [2, 1] }, 'quantile 1'],
  [{ kind: 'empirical', quantiles: [] }, 'at least one'],
  [{ kind: 'weighted', values: [1], weights: [0] }, 'a sum of 0'],
  [{ kind: 'weighted', values: [1], weights: [1, 2] }, '1 values with 2 weights'],
  [{ kind: 'zipf', count: 0, exponent: 1 }, 'over 0 numbers'],
])('%j is refused', (distribution, message) => {
  expect(() => sampler(distribution)).toThrow(message);
});
