/**
 * Every measure there is, in the order in which tables show them. Thresholds, `--measure`, `--fail-on`, sweeps, plans,
 * terminal, page, JSON and CSV know measures from here and from nowhere else. Names are `METRIC.STATISTIC`, or one word
 * for what has no statistics; those that also name a label are in `labelled.ts`.
 */
import { XDS_TYPES } from '../../istio/xds-types.js';
import type { RunResult } from '../recorder/result.js';
import { FLEET_MEASURES } from './fleet.js';
import { type Measure, type MeasureUnit, numberAt, valueAt } from './measure.js';
import {
  COUNTERS,
  DISTRIBUTIONS,
  type DistributionMetric,
  MORE_DISTRIBUTIONS,
  PANEL_STATISTICS,
  STATISTICS,
} from './metrics.js';

function at(name: string, unit: MeasureUnit, says: string, ...path: string[]): Measure {
  return { name, unit, says, path, read: (result) => numberAt(result, path) };
}

const WORDS: Readonly<Record<string, string>> = { mean: 'mean', max: 'largest', count: 'number of samples' };

/** One statistic of a distribution; without samples only their number is a measure. */
export function statisticOf(name: string, statistic: string, { unit, says, path }: DistributionMetric): Measure {
  const own = [...path, statistic];
  const isCount = statistic === 'count';
  return {
    name,
    unit: isCount ? 'number' : unit,
    says: `${says}: ${WORDS[statistic] ?? statistic}`,
    path: own,
    read: (result) => {
      const count = numberAt(result, [...path, 'count']) ?? 0;
      if (isCount) return count;
      return count === 0 ? null : numberAt(result, own);
    },
  };
}

function ofDistribution([name, metric]: readonly [string, DistributionMetric]): Measure[] {
  return STATISTICS.map((statistic) => statisticOf(`${name}.${statistic}`, statistic, metric));
}

function ofPanel([name, { unit, says, panel }]: readonly [string, DistributionMetric]): Measure[] {
  if (panel !== true) return [];
  return PANEL_STATISTICS.map((statistic) => {
    const q = statistic.slice('panel_'.length);
    return at(`${name}.${statistic}`, unit, `${says}: ${q} as a Prometheus panel shows it`, 'panels', name, q);
  });
}

function ofType(type: string): Measure[] {
  const read =
    (...path: string[]) =>
    (result: RunResult) =>
      numberAt(result, ['traffic', 'types', type, ...path]) ?? 0;
  return [
    { name: `messages.${type}.total`, unit: 'number', says: `messages of type ${type}`, read: read('count') },
    { name: `bytes.${type}.total`, unit: 'bytes', says: `bytes of all messages of type ${type}`, read: read('total') },
  ];
}

/** Null where no endpoint was taken out of service. */
function safePreStop(percent: string, says: string): Measure {
  const path = ['staleness', 'dead_endpoints', `safe_prestop_${percent}`];
  const read = (result: RunResult) => (result.staleness.dead_endpoints.pairs === 0 ? null : numberAt(result, path));
  return { name: `safe_prestop_${percent}`, unit: 'seconds', says: `shortest preStop that is safe for ${says}`, read };
}

/** How often a proxy had a route to a subset it did not know, for a while or to the end. */
export function missingSubsets({ staleness }: RunResult): number {
  return staleness.missing_subsets.windows + staleness.missing_subsets.still_open;
}

const resource = (name: string, unit: MeasureUnit, says: string) => at(name, unit, says, 'resources', name);

const ALL: readonly Measure[] = [
  ...Object.entries(COUNTERS).map(([name, { says, path }]) => at(`${name}.total`, 'number', says, ...path, 'total')),
  ...Object.entries(DISTRIBUTIONS).slice(0, 7).flatMap(ofDistribution),
  {
    name: 'missing_subsets.total',
    unit: 'number',
    says: 'times a proxy had a route to a subset it did not know',
    read: missingSubsets,
  },
  ...Object.entries(DISTRIBUTIONS).slice(7).flatMap(ofDistribution),
  { name: 'rounds', unit: 'number', says: 'pushes of the debounce', read: ({ rounds }) => rounds.length },
  at('staleness_unseen', 'number', 'changes that no proxy needed', 'staleness', 'unseen'),
  safePreStop('99', '99 % of the proxies'),
  safePreStop('100', 'all proxies'),
  { name: 'warm_up_s', unit: 'seconds', says: 'what was cut off as warm-up; set by who chose it', read: () => null },
  resource('cpu_seconds', 'seconds', 'CPU used'),
  resource('cores', 'number', 'cores that Go uses'),
  resource('utilisation', 'share', 'CPU used of what there is'),
  resource('bytes_sent', 'bytes', 'bytes of all messages'),
  resource('proxies_made_ready', 'number', 'proxies that began without configuration and got it'),
  resource('heap_bytes', 'bytes', 'heap in use at the end'),
  resource('queue_depth_max', 'number', 'proxies waiting in the push queue at the most'),
  resource('slots_max', 'number', 'pushes at the same time at the most'),
  resource('simulated_s', 'seconds', 'simulated time'),
  at('time_to_ready.first', 'seconds', 'until the first proxy has its first configuration', 'readiness', 'first'),
  at('time_to_ready.half', 'seconds', 'until half of the proxies have theirs', 'readiness', 'half'),
  at('time_to_ready.p99', 'seconds', 'until 99 % of the proxies have theirs', 'readiness', 'percent_99'),
  at('time_to_ready.last', 'seconds', 'until all proxies have theirs', 'readiness', 'last'),
  at('time_to_ready.count', 'number', 'proxies that got their first configuration', 'readiness', 'ready'),
  resource('heap_bytes_max', 'bytes', 'heap in use at the most'),
  resource('memory_bytes_max', 'bytes', 'memory of the process at the most: heap, stacks, runtime'),
  resource('pushes_merged', 'number', 'pushes that met another of the same proxy in the queue and became one'),
  resource('throttled_periods', 'number', 'periods of 100 ms in which the CPU limit stopped istiod'),
  {
    name: 'memory_share',
    unit: 'share',
    says: 'memory at the most, of resources.memory',
    read: memoryShare,
  },
  ...Object.entries(DISTRIBUTIONS).flatMap(ofPanel),
  ...XDS_TYPES.flatMap(ofType),
  ...Object.entries(MORE_DISTRIBUTIONS).flatMap(ofDistribution),
  ...FLEET_MEASURES,
];

/** Null where memory is not modelled. */
export function memoryShare({ resources }: RunResult): number | null {
  const { memory_bytes_max, memory_limit_bytes } = resources;
  return memory_bytes_max === 0 || memory_limit_bytes === 0 ? null : memory_bytes_max / memory_limit_bytes;
}

export const CATALOGUE: ReadonlyMap<string, Measure> = new Map(ALL.map((measure) => [measure.name, measure]));

/** Whether the result has a place for the number; otherwise it is worked out. */
export function isStored(measure: Measure, result: RunResult): boolean {
  return measure.path !== undefined && typeof valueAt(result, measure.path) === 'number';
}
