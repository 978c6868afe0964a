/** Two systems that met the same random numbers: compare them replication by replication. */
import { type Interval, meanInterval } from './interval.js';
import { covariance, moments } from './moments.js';

export interface PairedDifference {
  /** Of b - a. */
  readonly difference: Interval;
  /** Of the pairs, from -1 to 1; 0 when one of the two never varies. */
  readonly correlation: number;
  /**
   * Share of the variance of the difference that pairing removed, against independent runs: 0.9 means that ten times as
   * many independent replications would be needed. Negative when pairing made things worse; 0 when nothing varies.
   */
  readonly varianceReduction: number;
}

export function pairedDifference(a: readonly number[], b: readonly number[], confidence: number): PairedDifference {
  if (a.length !== b.length) throw new RangeError(`${a.length} values cannot be paired with ${b.length}`);
  const difference = meanInterval(
    b.map((value, i) => value - a[i]!),
    confidence,
  );
  const { sd: sdA } = moments(a);
  const { sd: sdB } = moments(b);
  const apart = sdA * sdA + sdB * sdB;
  return {
    difference,
    correlation: sdA === 0 || sdB === 0 ? 0 : covariance(a, b) / (sdA * sdB),
    varianceReduction: apart === 0 ? 0 : 1 - (difference.sd * difference.sd) / apart,
  };
}

/** The confidence each of `comparisons` needs so that all of them hold together with `confidence` (Bonferroni). */
export function bonferroni(confidence: number, comparisons: number): number {
  return 1 - (1 - confidence) / Math.max(1, comparisons);
}
