/** An interval for the mean of one long, correlated series: means of long stretches are nearly independent. */
import { type Interval, meanInterval } from './interval.js';
import { covariance, moments } from './moments.js';

export interface BatchMeans {
  readonly interval: Interval;
  readonly batches: number;
  readonly batchSize: number;
  /** Correlation of neighbouring batches: far from 0, batches are too short and the interval too narrow. */
  readonly lag1: number;
}

export const DEFAULT_BATCHES = 20;

/**
 * Non-overlapping batches of equal size; what is left over at the *beginning* is dropped, where a transient would be.
 * Errors: fewer values than two for each batch.
 */
export function batchMeans(series: readonly number[], confidence: number, batches = DEFAULT_BATCHES): BatchMeans {
  const batchSize = Math.floor(series.length / batches);
  if (batches < 2 || batchSize < 2) throw new RangeError(`${series.length} values do not fill ${batches} batches`);
  const start = series.length - batchSize * batches;
  const means = Array.from({ length: batches }, (_, i) => {
    const from = start + i * batchSize;
    return moments(series.slice(from, from + batchSize)).mean;
  });
  return { interval: meanInterval(means, confidence), batches, batchSize, lag1: autocorrelation(means, 1) };
}

/** Correlation of a series with itself `lag` places on; 0 for one that does not vary or is too short. */
export function autocorrelation(series: readonly number[], lag: number): number {
  const { sd } = moments(series);
  if (sd === 0 || series.length < lag + 3) return 0;
  return covariance(series.slice(0, -lag), series.slice(lag)) / (sd * sd);
}
