/**
 * A recording as time series with istiod's names: the values that scrapes at the recorded times would have seen. With
 * several istiods each has its own, told apart by `pod`; what proxies know of all of them together is their sum.
 */
import type { Nanos } from '../../engine/time.js';
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

/** The series of one label set, and when: a value for each time. */
export interface TimedGroup {
  readonly times: readonly Nanos[];
  readonly series: readonly Series[];
}

export interface ExposedFamily {
  readonly family: FamilySpec;
  /** One group for each label set: a single series, or the buckets, count and sum of a histogram. */
  readonly groups: readonly (readonly Series[])[];
}

/** Of one istiod. */
export function exposedFamilies({ families, rows, life }: Recording): readonly ExposedFamily[] {
  const pod = life === undefined ? {} : { pod: life.pod };
  return [...families].map(([family, places]) => ({
    family,
    groups: places.map(({ labels: own, slot }) => {
      const podOf = own.pod === undefined ? {} : pod;
      const labels = isScraped(family) ? { ...own, ...POD, ...pod } : { ...own, ...podOf };
      // A series that had no record yet is shown at 0, so that its growth counts from the start.
      const column = (place: number, scale: number) => rows.map(({ values }) => (values[place] ?? 0) / scale);
      if (family.type !== 'histogram') return [{ name: family.name, labels, values: column(slot, family.scale) }];
      return histogram(family, labels, slot, column);
    }),
  }));
}

/** Of all istiods, family by family, each at the times at which it lived. */
export function timedFamilies(recording: Recording): readonly { family: FamilySpec; groups: readonly TimedGroup[] }[] {
  const { istiods = [recording] } = recording;
  const found = new Map<string, { family: FamilySpec; groups: Map<string, TimedGroup> }>();
  for (const istiod of istiods) {
    const rows = livedRows(istiod);
    const times = rows.map(({ at }) => at);
    if (times.length === 0) continue;
    for (const { family, groups } of exposedFamilies({ ...istiod, rows })) {
      const known = found.get(family.name) ?? { family, groups: new Map<string, TimedGroup>() };
      found.set(family.name, known);
      const endsAt = isGauge(family) ? istiod.life?.to : undefined;
      for (const series of groups)
        addGroup(known.groups, endsAt === undefined ? { times, series } : ended(times, series, endsAt));
    }
  }
  return [...found.values()].map(({ family, groups }) => ({ family, groups: [...groups.values()] }));
}

/** A scrape finds nobody there any more, which the format cannot tell: what is there no more is 0. */
function ended(times: readonly Nanos[], series: readonly Series[], at: Nanos): TimedGroup {
  return { times: [...times, at], series: series.map((one) => ({ ...one, values: [...one.values, 0] })) };
}

/** A container that was started again goes on with the series of its pod; what nobody is named in is added up. */
function addGroup(groups: Map<string, TimedGroup>, group: TimedGroup): void {
  const id = group.series.map(({ name, labels }) => `${name} ${JSON.stringify(labels)}`).join('\n');
  const known = groups.get(id);
  const { pod } = group.series[0]?.labels ?? {};
  groups.set(id, known === undefined ? group : pod === undefined ? sum(known, group) : after(known, group));
}

function after(before: TimedGroup, { times, series }: TimedGroup): TimedGroup {
  return {
    times: [...before.times, ...times],
    series: before.series.map((one, i) => ({ ...one, values: [...one.values, ...(series[i]?.values ?? [])] })),
  };
}

/** At the times of either: the one that has no value then has its last one before, or none yet. */
function sum(a: TimedGroup, b: TimedGroup): TimedGroup {
  const times = [...new Set([...a.times, ...b.times])].sort((x, y) => x - y);
  return {
    times,
    series: a.series.map((one, i) => {
      const [own, other] = [held(a.times, one.values, times), held(b.times, b.series[i]?.values ?? [], times)];
      return { ...one, values: own.map((value, place) => value + (other[place] ?? 0)) };
    }),
  };
}

function held(known: readonly Nanos[], values: readonly number[], times: readonly Nanos[]): readonly number[] {
  let place = -1;
  return times.map((at) => {
    while (place + 1 < known.length && known[place + 1]! <= at) place += 1;
    return values[place] ?? 0;
  });
}

/** Of the time in which it was there. */
export function livedRows({ rows, life }: Recording): Recording['rows'] {
  if (life === undefined) return rows;
  const { from, to } = life;
  return rows.filter(({ at }) => at >= from && (to === undefined || at < to));
}

export function isGauge({ type }: FamilySpec): boolean {
  return type === 'gauge';
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
