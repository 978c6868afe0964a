import { assert } from '../assert.js';
import { exp, ln, pow } from './ln-exp.js';
import { normalQuantile } from './normal.js';
import type { Stream } from './streams.js';

/**
 * A distribution is data. The unit of its values is its user's; parameters have the unit of the values unless they are
 * pure numbers (`sigma` of the lognormal, `shape`, `exponent`, `weights`).
 */
export type Distribution =
  | { readonly kind: 'constant'; readonly value: number }
  | { readonly kind: 'uniform'; readonly min: number; readonly max: number }
  | { readonly kind: 'exponential'; readonly mean: number }
  | { readonly kind: 'normal'; readonly mean: number; readonly sigma: number }
  /** `sigma` is the standard deviation of the logarithm. */
  | { readonly kind: 'lognormal'; readonly median: number; readonly sigma: number }
  | { readonly kind: 'lognormal'; readonly mean: number; readonly sigma: number }
  /** Values from `min` upwards; P(X > x) = (min / x)^shape. */
  | { readonly kind: 'pareto'; readonly min: number; readonly shape: number }
  /** P(X > x) = exp(-(x / scale)^shape). */
  | { readonly kind: 'weibull'; readonly scale: number; readonly shape: number }
  /** Quantiles at equal steps of probability from 0 to 1, ascending; linear in between (definition R-7). */
  | { readonly kind: 'empirical'; readonly quantiles: readonly number[] }
  | { readonly kind: 'weighted'; readonly values: readonly number[]; readonly weights: readonly number[] }
  /** Whole numbers from 0 to count - 1; number i is as likely as 1 / (i + 1)^exponent says. */
  | { readonly kind: 'zipf'; readonly count: number; readonly exponent: number };

/**
 * Draws variates by inversion: exactly one uniform each, even for a constant. So a changed parameter never shifts the
 * draws that follow, the same uniform gives the same quantile in every scenario (common random numbers stay common),
 * and 1 - u gives the antithetic variate.
 */
export function sampler(distribution: Distribution): (stream: Stream) => number {
  const quantile = quantileOf(distribution);
  return (stream) => quantile(stream.uniform());
}

/** The inverse of the distribution function on (0, 1): ascending. Tables are built here, once. O(log n) for those. */
export function quantileOf(distribution: Distribution): (u: number) => number {
  switch (distribution.kind) {
    case 'constant':
      return () => distribution.value;
    case 'uniform': {
      const { min, max } = distribution;
      assert(min <= max, `a uniform distribution from ${min} to ${max}`);
      return (u) => min + (max - min) * u;
    }
    case 'exponential': {
      const { mean } = distribution;
      assert(mean >= 0, `an exponential distribution with mean ${mean}`);
      return (u) => -mean * ln(1 - u);
    }
    case 'normal': {
      const { mean, sigma } = distribution;
      assert(sigma >= 0, `a normal distribution with sigma ${sigma}`);
      return (u) => mean + sigma * normalQuantile(u);
    }
    case 'lognormal': {
      const { sigma } = distribution;
      const median = 'median' in distribution ? distribution.median : distribution.mean * exp((-sigma * sigma) / 2);
      assert(sigma >= 0 && median >= 0, `a lognormal distribution with median ${median}, sigma ${sigma}`);
      return (u) => median * exp(sigma * normalQuantile(u));
    }
    case 'pareto': {
      const { min, shape } = distribution;
      assert(min >= 0 && shape > 0, `a Pareto distribution from ${min} with shape ${shape}`);
      return (u) => min * exp(-ln(1 - u) / shape);
    }
    case 'weibull': {
      const { scale, shape } = distribution;
      assert(scale >= 0 && shape > 0, `a Weibull distribution with scale ${scale}, shape ${shape}`);
      return (u) => scale * pow(-ln(1 - u), 1 / shape);
    }
    case 'empirical':
      return interpolate(distribution.quantiles);
    case 'weighted': {
      const { values, weights } = distribution;
      assert(values.length === weights.length, `${values.length} values with ${weights.length} weights`);
      const choose = chooser(weights);
      return (u) => values[choose(u)]!;
    }
    case 'zipf':
      return chooser(zipfWeights(distribution.count, distribution.exponent));
  }
}

/** The expectation; Infinity for a Pareto distribution with a shape of 1 or less. */
export function meanOf(distribution: Distribution): number {
  switch (distribution.kind) {
    case 'constant':
      return distribution.value;
    case 'uniform':
      return (distribution.min + distribution.max) / 2;
    case 'exponential':
    case 'normal':
      return distribution.mean;
    case 'lognormal':
      if ('mean' in distribution) return distribution.mean;
      return distribution.median * exp((distribution.sigma * distribution.sigma) / 2);
    case 'pareto': {
      const { min, shape } = distribution;
      return shape <= 1 ? Number.POSITIVE_INFINITY : (min * shape) / (shape - 1);
    }
    case 'weibull':
      return distribution.scale * gamma(1 + 1 / distribution.shape);
    case 'empirical': {
      const { quantiles } = distribution;
      const ends = (quantiles[0]! + quantiles.at(-1)!) / 2;
      return quantiles.length === 1 ? quantiles[0]! : (sum(quantiles) - ends) / (quantiles.length - 1);
    }
    case 'weighted': {
      const { values, weights } = distribution;
      return sum(values.map((value, index) => value * weights[index]!)) / sum(weights);
    }
    case 'zipf': {
      const weights = zipfWeights(distribution.count, distribution.exponent);
      return sum(weights.map((weight, index) => index * weight)) / sum(weights);
    }
  }
}

function interpolate(quantiles: readonly number[]): (u: number) => number {
  const last = quantiles.length - 1;
  assert(last >= 0, 'an empirical distribution needs at least one quantile');
  for (let index = 1; index <= last; index++) {
    assert(quantiles[index - 1]! <= quantiles[index]!, `quantile ${index} of an empirical distribution is too small`);
  }
  return (u) => {
    const place = u * last;
    const below = Math.floor(place);
    const low = quantiles[below]!;
    return below === last ? low : low + (place - below) * (quantiles[below + 1]! - low);
  };
}

/** Index of the weight in whose part of the total u falls. Weights of zero are never chosen. O(log n). */
function chooser(weights: readonly number[]): (u: number) => number {
  const bounds = new Float64Array(weights.length);
  let total = 0;
  weights.forEach((weight, index) => {
    assert(weight >= 0, `a weight of ${weight}`);
    total += weight;
    bounds[index] = total;
  });
  assert(total > 0 && total < Number.POSITIVE_INFINITY, `weights with a sum of ${total}`);
  return (u) => {
    const target = u * total;
    let low = 0;
    let high = bounds.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (bounds[middle]! > target) high = middle;
      else low = middle + 1;
    }
    return low;
  };
}

function zipfWeights(count: number, exponent: number): number[] {
  assert(Number.isInteger(count) && count > 0, `a Zipf distribution over ${count} numbers`);
  return Array.from({ length: count }, (_, index) => pow(index + 1, -exponent));
}

/** Lanczos' approximation with g = 7 and nine terms (Godfrey's coefficients), for x >= 1; relative error below 1e-13. */
function gamma(x: number): number {
  const terms = [
    676.5203681218851, -1259.1392167224028, 771.3234287776531, -176.6150291621406, 12.507343278686905,
    -0.13857109526572012, 0.000009984369578019572, 1.5056327351493116e-7,
  ];
  const series = terms.reduce((total, term, index) => total + term / (x + index), 0.9999999999998099);
  const t = x + 6.5;
  return 2.5066282746310002 * pow(t, x - 0.5) * exp(-t) * series;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
