/**
 * What a Prometheus panel shows of a histogram: `histogram_quantile`, which knows only how many samples are in which
 * bucket and takes them to lie evenly in it (prometheus: promql/quantile.go, bucketQuantile).
 */
import type { FamilySpec } from '../../istio/metric-families.js';
import type { Panel } from '../recorder/result.js';
import type { Registry } from './registry.js';

/** Over the whole run after its warm-up, in the unit of the metric; undefined without samples. */
export function panelOf(registry: Registry, family: FamilySpec): Panel | undefined {
  const { bounds } = family;
  const counts = new Array<number>(bounds.length + 1).fill(0);
  for (const { slot } of registry.families.get(family) ?? [])
    for (let bucket = 0; bucket <= bounds.length; bucket++) counts[bucket]! += registry.values[slot + bucket] ?? 0;
  if (counts.every((count) => count === 0)) return undefined;
  const [p50, p90, p99] = [0.5, 0.9, 0.99].map((q) => histogramQuantile(q, bounds, counts));
  return { p50: p50!, p90: p90!, p99: p99! };
}

/**
 * @param bounds upper bounds, ascending, without +Inf
 * @param counts samples in each bucket (not cumulative), that above the last bound included
 */
export function histogramQuantile(q: number, bounds: readonly number[], counts: readonly number[]): number {
  const rank = q * counts.reduce((sum, count) => sum + count, 0);
  let below = 0;
  for (const [bucket, bound] of bounds.entries()) {
    const count = counts[bucket] ?? 0;
    if (below + count >= rank) {
      const from = bounds[bucket - 1] ?? 0;
      return count === 0 ? bound : from + (bound - from) * ((rank - below) / count);
    }
    below += count;
  }
  // Above the last bound all that is known is the bound.
  return bounds.at(-1) ?? Number.NaN;
}
