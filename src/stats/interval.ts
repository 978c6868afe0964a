/** Confidence intervals for a mean and for a quantile, from independent values (one for each replication). */
import { moments } from './moments.js';
import { tQuantile } from './student-t.js';

export interface Interval {
  readonly n: number;
  readonly mean: number;
  /** Sample standard deviation of the values. */
  readonly sd: number;
  /** The interval is mean ± half; Infinity when one value cannot tell. */
  readonly half: number;
  /** Such as 0.95. */
  readonly confidence: number;
}

/** Student's interval. Values that are all equal have a half-width of 0: they leave no doubt to measure. */
export function meanInterval(values: readonly number[], confidence: number): Interval {
  const { n, mean, sd } = moments(values);
  if (n < 2) return { n, mean, sd, half: Number.POSITIVE_INFINITY, confidence };
  const half = sd === 0 ? 0 : (tQuantile((1 + confidence) / 2, n - 1) * sd) / Math.sqrt(n);
  return { n, mean, sd, half, confidence };
}

/** The half-width as a share of the mean: 0 when there is no doubt at all, Infinity when the mean is 0 and there is. */
export function relativeHalf({ mean, half }: Interval): number {
  return half === 0 ? 0 : half / Math.abs(mean);
}

/**
 * Whether the interval is tight enough for a relative error of at most `precision`. The half-width is a share of the
 * *estimated* mean, so the target is precision / (1 + precision) (Law, Simulation Modeling and Analysis, section 9.4.1).
 */
export function isPrecise(interval: Interval, precision: number): boolean {
  return relativeHalf(interval) <= precision / (1 + precision);
}

export interface QuantileInterval {
  readonly n: number;
  readonly quantile: number;
  readonly low: number;
  readonly high: number;
  /** What the interval really covers: at least what was asked for, unless `n` is too small for it. */
  readonly coverage: number;
}

/**
 * A quantile of the values with an interval between two of them that holds for any distribution: the number of values
 * below the true quantile is binomial. With few values no such interval reaches the confidence; then it is all of them
 * and `coverage` says how much that is.
 */
export function quantileInterval(values: readonly number[], q: number, confidence: number): QuantileInterval {
  const sorted = [...values].sort((a, b) => a - b);
  const n = sorted.length;
  const at = (rank: number) => sorted[Math.min(n, Math.max(1, rank)) - 1] ?? 0;
  const chances = binomial(n, q);
  const tail = (1 - confidence) / 2;
  // With K values below the true quantile it lies between the K-th and the (K+1)-th.
  let low = 0;
  for (let below = chances[0] ?? 1; low < n && below <= tail; ) {
    low += 1;
    below += chances[low] ?? 0;
  }
  let high = n;
  for (let above = chances[n] ?? 1; high > 0 && above <= tail; ) {
    high -= 1;
    above += chances[high] ?? 0;
  }
  const from = Math.max(1, low);
  const to = Math.min(n, high + 1);
  let coverage = 0;
  for (let k = from; k < to; k++) coverage += chances[k] ?? 0;
  return { n, quantile: at(Math.ceil(q * n)), low: at(from), high: at(to), coverage };
}

/** Chances of 0..n successes. Built outwards from the likeliest number, so that nothing underflows before it is nothing. */
function binomial(n: number, q: number): readonly number[] {
  const peak = Math.min(n, Math.floor((n + 1) * q));
  const weights = new Array<number>(n + 1).fill(0);
  weights[peak] = 1;
  for (let k = peak; k < n; k++) weights[k + 1] = (weights[k]! * (n - k) * q) / ((k + 1) * (1 - q));
  for (let k = peak; k > 0; k--) weights[k - 1] = (weights[k]! * k * (1 - q)) / ((n - k + 1) * q);
  let total = 0;
  for (const weight of weights) total += weight;
  return weights.map((weight) => weight / total);
}
