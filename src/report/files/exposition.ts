/** A recording as time series with istiod's names: the values that scrapes at the recorded times would have seen. */
import type { FamilySpec } from '../../istio/metric-families.js';
import { POD } from '../../measure/metrics/istiod-metrics.js';
import type { Labels } from '../../measure/metrics/registry.js';
import type { Recording } from '../../measure/recorder/recording.js';

/** One series of numbers; `values` has one for each of the recording's rows. */
export interface Series {
  /** With the suffix that histograms give it. */
  readonly name: string;
  readonly labels: Labels;
  readonly values: readonly number[];
}

export interface ExposedFamily {
  readonly family: FamilySpec;
  /** One group for each label set: a single series, or the buckets, count and sum of a histogram. */
  readonly groups: readonly (readonly Series[])[];
}

export function exposedFamilies({ families, rows }: Recording): readonly ExposedFamily[] {
  return [...families].map(([family, places]) => ({
    family,
    groups: places.map(({ labels: own, slot }) => {
      const labels = isScraped(family) ? { ...own, ...POD } : own;
      // A series that had no record yet is shown at 0, so that its growth counts from the start.
      const column = (place: number, scale: number) => rows.map(({ values }) => (values[place] ?? 0) / scale);
      if (family.type !== 'histogram') return [{ name: family.name, labels, values: column(slot, family.scale) }];
      return histogram(family, labels, slot, column);
    }),
  }));
}

/** Proxies and the container runtime are scraped elsewhere. */
function isScraped({ name }: FamilySpec): boolean {
  return !/^(?:envoy|container)_/.test(name);
}

function histogram(
  { name, bounds, scale }: FamilySpec,
  labels: Labels,
  slot: number,
  column: (place: number, scale: number) => number[],
): readonly Series[] {
  const buckets: Series[] = [];
  let below: readonly number[] | undefined;
  for (let bucket = 0; bucket <= bounds.length; bucket++) {
    const own = column(slot + bucket, 1);
    const values: readonly number[] = below === undefined ? own : own.map((count, row) => count + below![row]!);
    below = values;
    buckets.push({ name: `${name}_bucket`, labels: { ...labels, le: boundText(bounds[bucket]) }, values });
  }
  return [
    ...buckets,
    { name: `${name}_count`, labels, values: below ?? [] },
    { name: `${name}_sum`, labels, values: column(slot + bounds.length + 1, scale) },
  ];
}

/** As OpenMetrics wants its numbers: `1.0`, not `1`. */
function boundText(bound: number | undefined): string {
  if (bound === undefined) return '+Inf';
  return Number.isInteger(bound) ? `${bound}.0` : String(bound);
}
