/** Conditions such as `staleness.p99 < 2s`: which metrics there are, and what their limits are measured in. */

import type { ThresholdSpec } from '../scenario.js';
import { didYouMean } from '../units/nearest.js';
import { parseBytes, parseQuantity } from '../units/quantities.js';
import { type Parsed, parseDuration } from '../units/units.js';

/** What a metric's values are; a counter has nothing but its total. */
type MetricUnit = 'seconds' | 'bytes' | 'counter' | 'memory' | 'ratio';

/** Every metric of a run's result that a threshold may name, by its name there (plus what is under `staleness` there). */
export const THRESHOLD_METRICS = {
  pilot_inbound_updates: 'counter',
  pilot_push_triggers: 'counter',
  pilot_xds_pushes: 'counter',
  pilot_xds_expired_nonce: 'counter',
  pilot_total_xds_rejects: 'counter',
  pilot_k8s_cfg_events: 'counter',
  pilot_k8s_reg_events: 'counter',
  pilot_debounce_time: 'seconds',
  pilot_pushcontext_init_seconds: 'seconds',
  pilot_proxy_queue_time: 'seconds',
  pilot_proxy_convergence_time: 'seconds',
  pilot_xds_push_time: 'seconds',
  pilot_xds_send_time: 'seconds',
  pilot_xds_config_size_bytes: 'bytes',
  missing_subsets: 'counter',
  staleness: 'seconds',
  staleness_to_last: 'seconds',
  staleness_to_half: 'seconds',
  staleness_to_99_percent: 'seconds',
  staleness_watch: 'seconds',
  staleness_debounce: 'seconds',
  staleness_context: 'seconds',
  staleness_queue: 'seconds',
  staleness_generation: 'seconds',
  staleness_wire: 'seconds',
  staleness_envoy: 'seconds',
  time_to_ready: 'seconds',
  closed_age: 'seconds',
  rollout: 'seconds',
  heap: 'memory',
  out_of_memory: 'counter',
  imbalance: 'ratio',
  refused: 'counter',
  not_ready: 'counter',
  failed_requests: 'counter',
  empty_services: 'counter',
} as const satisfies Readonly<Record<string, MetricUnit>>;

export type ThresholdMetric = keyof typeof THRESHOLD_METRICS;

const DISTRIBUTION_STATISTICS = ['p50', 'p90', 'p99', 'mean', 'max', 'count'] as const;

const CONDITION = /^\s*([A-Za-z_]\w*)\.(\w+)\s*(<=|>=|==|=|<|>)\s*(\S+)\s*$/;

export function parseThreshold(text: string): Parsed<ThresholdSpec> {
  const bad = (expected: string, hint?: string): Parsed<ThresholdSpec> => ({
    ok: false,
    expected,
    ...(hint ? { hint } : {}),
  });
  const match = text.length > 200 ? null : CONDITION.exec(text);
  if (!match) return bad('a condition METRIC.STATISTIC < LIMIT, such as "staleness.p99 < 2s"');
  const [, metric = '', statistic = '', comparison = '', written = ''] = match;
  if (comparison === '=') return bad('one of <, <=, >, >=, ==');
  if (!Object.hasOwn(THRESHOLD_METRICS, metric)) {
    const names = Object.keys(THRESHOLD_METRICS);
    return bad(`a known metric, not ${metric}`, didYouMean(metric, names) ?? `metrics: ${names.join(', ')}`);
  }
  const unit: MetricUnit = THRESHOLD_METRICS[metric as ThresholdMetric];
  const statistics = statisticsOf(unit);
  if (!statistics.includes(statistic)) {
    return bad(
      `a statistic of ${metric} (${statistics.join(', ')}), not ${statistic}`,
      didYouMean(statistic, statistics),
    );
  }
  const limit = parseLimit(written, statistic === 'count' ? 'counter' : unit);
  if (!limit.ok) return bad(limit.expected, limit.hint);
  const value = { text, metric, statistic, comparison: comparison as ThresholdSpec['comparison'], limit: limit.value };
  return { ok: true, value };
}

/** What a metric of this unit is asked about. */
export function statisticsOf(unit: MetricUnit): readonly string[] {
  if (unit === 'counter') return ['total'];
  return unit === 'memory' || unit === 'ratio' ? ['max'] : DISTRIBUTION_STATISTICS;
}

/** @param value in the unit of the limit */
export function meets(value: number, { comparison, limit }: ThresholdSpec): boolean {
  switch (comparison) {
    case '<':
      return value < limit;
    case '<=':
      return value <= limit;
    case '>':
      return value > limit;
    case '>=':
      return value >= limit;
    case '==':
      return value === limit;
  }
}

function parseLimit(text: string, unit: MetricUnit): Parsed<number> {
  if (unit === 'seconds') {
    const parsed = parseDuration(text);
    return parsed.ok ? { ok: true, value: parsed.value / 1e9 } : parsed;
  }
  if (unit === 'bytes' || unit === 'memory') return parseBytes(text);
  const nano = parseQuantity(text);
  if (nano === undefined || nano < 0n || parseDurationLike(text))
    return { ok: false, expected: 'a plain number, such as 500' };
  return { ok: true, value: Number(nano) / 1e9 };
}

/** `2m` is a quantity (two thousandths) and never meant as one here. */
function parseDurationLike(text: string): boolean {
  return /[a-z]$/.test(text) && !text.endsWith('k') && !text.endsWith('i');
}
