/** Distributions, and what was measured apart, in the shape of `--json`. */
import { SECOND } from '../../engine/time.js';
import { XDS_TYPES } from '../../istio/xds-types.js';
import { CompactHistogram } from '../../stats/compact-histogram.js';
import type { Histogram } from '../../stats/histogram.js';
import type { IstiodMetrics } from '../metrics/istiod-metrics.js';
import { panelOf } from '../metrics/panel.js';
import { LABELS, type StalenessByLabel } from '../staleness/by-label.js';
import type {
  Distribution,
  GroupSkew,
  GroupTraffic,
  Panel,
  StalenessBreakdown,
  Traffic as TrafficResult,
} from './result.js';
import type { Traffic } from './traffic.js';

export function seconds(histogram: Histogram | CompactHistogram): Distribution {
  return summary(histogram, SECOND);
}

export function summary(histogram: Histogram | CompactHistogram, unit: number): Distribution {
  return {
    count: histogram.count,
    mean: histogram.mean / unit,
    p50: histogram.quantile(0.5) / unit,
    p90: histogram.quantile(0.9) / unit,
    p99: histogram.quantile(0.99) / unit,
    max: histogram.max / unit,
  };
}

export function panels({ families, registry }: IstiodMetrics): Readonly<Record<string, Panel>> {
  const shown = Object.values(families).flatMap((family) => {
    const panel = family.type === 'histogram' ? panelOf(registry, family) : undefined;
    return panel === undefined ? [] : [[family.name, panel] as const];
  });
  return Object.fromEntries(shown);
}

export function stalenessBreakdown(byLabel: StalenessByLabel): {
  readonly by: StalenessBreakdown;
  readonly skew: GroupSkew;
} {
  const { proxyGroups, skew, pairs } = byLabel;
  const named = [...pairs].map(([id, histogram]) => {
    const names = id.split(' ').map((index) => proxyGroups.names[Number(index)] ?? '');
    return [names.sort().join(' | '), seconds(histogram)] as const;
  });
  return {
    by: labelled([byLabel]),
    skew: { all: seconds(skew), pairs: Object.fromEntries(named.sort(byName)) },
  };
}

/** Of several istiods together. */
export function labelled(parts: readonly StalenessByLabel[]): StalenessBreakdown {
  const [source = {}, kind = {}, namespace = {}] = LABELS.map((label) =>
    distributions(parts.map((part) => part.distributions(label))),
  );
  return { source, kind, namespace, group: distributions(parts.map((part) => part.ofGroups())) };
}

function distributions(
  parts: readonly ReadonlyMap<string, CompactHistogram>[],
): Readonly<Record<string, Distribution>> {
  const [first = new Map<string, CompactHistogram>(), ...others] = parts;
  const all = new Map(first);
  for (const [label, histogram] of others.flatMap((part) => [...part])) {
    const sum = new CompactHistogram();
    sum.merge(all.get(label) ?? new CompactHistogram());
    sum.merge(histogram);
    all.set(label, sum);
  }
  const measured = [...all].filter(([, { count }]) => count > 0);
  return Object.fromEntries(measured.map(([label, histogram]) => [label, seconds(histogram)] as const).sort(byName));
}

export function trafficBreakdown(traffic: Traffic): TrafficResult {
  const types = XDS_TYPES.flatMap((type, place) => {
    const sizes = traffic.sizes[place]!;
    return sizes.count === 0 ? [] : [[type, { ...summary(sizes, 1), total: sizes.sum }] as const];
  });
  const groups = traffic.groups.names.map((name, group) => [name, groupTraffic(traffic, group)] as const);
  groups.sort((a, b) => b[1].bytes - a[1].bytes || byName(a, b));
  return { types: Object.fromEntries(types), groups: Object.fromEntries(groups) };
}

function groupTraffic(traffic: Traffic, group: number): GroupTraffic {
  const cells = XDS_TYPES.map((type, place) => [type, traffic.cell(group, place)] as const).filter(
    ([, { messages }]) => messages > 0,
  );
  return {
    proxies: traffic.groups.proxies[group] ?? 0,
    messages: cells.reduce((sum, [, { messages }]) => sum + messages, 0),
    bytes: cells.reduce((sum, [, { bytes }]) => sum + bytes, 0),
    largest: cells.reduce((most, [, { largest }]) => Math.max(most, largest), 0),
    types: Object.fromEntries(cells),
  };
}

function byName([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
