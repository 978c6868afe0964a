/**
 * The numbers an experiment works with: one run's result as a flat list of named measures. Times are seconds, sizes
 * bytes. Names are those of thresholds (`staleness.p99`, `pilot_xds_pushes.total`), and the resources by their own.
 */
import type { Counter, Distribution, RunResult } from '../measure/recorder/result.js';
import { statisticsOf, THRESHOLD_METRICS } from '../scenario/resolve/thresholds.js';
import { didYouMean } from '../scenario/units/nearest.js';

/** Null where a run had no samples to measure. */
export type Measures = Readonly<Record<string, number | null>>;

const STATISTICS = ['mean', 'p50', 'p90', 'p99', 'max', 'count'] as const satisfies readonly (keyof Distribution)[];

const RESOURCES = [
  'cpu_seconds',
  'cores',
  'utilisation',
  'bytes_sent',
  'proxies_made_ready',
  'heap_bytes',
  'queue_depth_max',
  'slots_max',
  'simulated_s',
] as const satisfies readonly (keyof RunResult['resources'])[];

/** Every measure there is, in the order in which tables show them. */
export const MEASURES: readonly string[] = [
  ...Object.entries(THRESHOLD_METRICS).flatMap(([metric, unit]) =>
    statisticsOf(unit).length === 1
      ? [`${metric}.${statisticsOf(unit)[0]}`]
      : STATISTICS.map((statistic) => `${metric}.${statistic}`),
  ),
  'rounds',
  'staleness_unseen',
  'safe_prestop_99',
  'safe_prestop_100',
  'warm_up_s',
  ...RESOURCES,
];

/** What is shown when nobody asks for anything: what it costs, what it does, and what it feels like. */
export const USUAL_MEASURES = [
  'pilot_xds_pushes.total',
  'rounds',
  'staleness.p50',
  'staleness.p99',
  'staleness_to_last.p99',
  'pilot_proxy_convergence_time.p99',
  'cpu_seconds',
  'utilisation',
  'bytes_sent',
  'queue_depth_max',
] as const;

const SECONDS = /^(cpu_seconds|simulated_s|warm_up_s|safe_prestop_\d+)$/;

export type MeasureUnit = 'seconds' | 'bytes' | 'number';

export function unitOf(measure: string): MeasureUnit {
  if (measure === 'bytes_sent' || measure === 'heap_bytes') return 'bytes';
  if (SECONDS.test(measure)) return 'seconds';
  if (measure.endsWith('.count') || measure.endsWith('.total')) return 'number';
  const [metric = ''] = measure.split('.');
  const unit = Object.hasOwn(THRESHOLD_METRICS, metric)
    ? THRESHOLD_METRICS[metric as keyof typeof THRESHOLD_METRICS]
    : undefined;
  if (unit === 'memory') return 'bytes';
  return unit === 'seconds' || unit === 'bytes' ? unit : 'number';
}

/** What to say about a name that is no measure; undefined for one that is. */
export function measureProblem(name: string): string | undefined {
  if (MEASURES.includes(name)) return undefined;
  return didYouMean(name, MEASURES) ?? `such as ${USUAL_MEASURES.join(', ')}`;
}

/** Of one run; `warm_up_s` is for whoever chose it to add. */
export function measuresOf(result: RunResult): Measures {
  const { metrics, staleness, resources } = result;
  const phases = Object.entries(staleness.phases).map(([phase, of]) => [`staleness_${phase}`, of] as const);
  const all: Readonly<Record<string, Counter | Distribution>> = {
    ...metrics,
    staleness: staleness.per_proxy,
    staleness_to_half: staleness.to_half,
    staleness_to_99_percent: staleness.to_99_percent,
    staleness_to_last: staleness.to_last_proxy,
    ...Object.fromEntries(phases),
    missing_subsets: { total: missingSubsets(result), by: {} },
    ...fleetMeasures(result),
  };
  const values: Record<string, number | null> = {};
  for (const name of MEASURES) {
    const [metric = '', statistic = ''] = name.split('.');
    const found = all[metric];
    if (found !== undefined) values[name] = statisticOf(found, statistic);
    else if (statistic !== '') values[name] = null;
  }
  values.rounds = result.rounds.length;
  values.staleness_unseen = staleness.unseen;
  const { pairs, safe_prestop_99, safe_prestop_100 } = staleness.dead_endpoints;
  values.safe_prestop_99 = pairs === 0 ? null : safe_prestop_99;
  values.safe_prestop_100 = pairs === 0 ? null : safe_prestop_100;
  for (const name of RESOURCES) values[name] = resources[name];
  return values;
}

/** Of a run whose pods, connections and istiods stay, only what memory it took. */
export function fleetMeasures({ fleet, resources }: RunResult): Readonly<Record<string, Counter | Distribution>> {
  const counter = (total: number): Counter => ({ total, by: {} });
  const single = (max: number): Distribution => ({ count: 1, mean: max, p50: max, p90: max, p99: max, max });
  if (fleet === undefined) return resources.heap_bytes === 0 ? {} : { heap: single(resources.heap_bytes) };
  const { connections, memory, refused } = fleet;
  return {
    time_to_ready: fleet.time_to_ready,
    closed_age: connections.closed_by_age,
    rollout: fleet.rollouts,
    ...(memory.heap_max === 0 ? {} : { heap: single(memory.heap_max) }),
    out_of_memory: counter(memory.out_of_memory),
    imbalance: single(connections.imbalance),
    refused: counter(refused.limited + refused.unavailable),
    not_ready: counter(fleet.time_to_ready.waiting),
    failed_requests: counter(fleet.dead_requests.failed),
    empty_services: counter(fleet.empty_services.times),
  };
}

/** How often a proxy had a route to a subset it did not know, for a while or to the end. */
export function missingSubsets({ staleness }: RunResult): number {
  return staleness.missing_subsets.windows + staleness.missing_subsets.still_open;
}

function statisticOf(found: Counter | Distribution, statistic: string): number | null {
  if ('total' in found) return found.total;
  if (statistic === 'count') return found.count;
  return found.count === 0 ? null : (found[statistic as keyof Distribution] ?? null);
}
