/** What was measured → the numbers of `--json`. */
import type { Fingerprint } from '../../engine/fingerprint.js';
import { type Nanos, SECOND } from '../../engine/time.js';
import type { AttributionBook } from '../attribution/attribution.js';
import type { IstiodMetrics } from '../metrics/istiod-metrics.js';
import { PHASES, type Phase } from '../staleness/phases.js';
import type { Staleness } from '../staleness/staleness.js';
import { panels, seconds, stalenessBreakdown, summary, trafficBreakdown } from './breakdowns.js';
import type { Distribution, Readiness, Round, RunResult } from './result.js';
import type { Traffic } from './traffic.js';

export interface RunFacts {
  readonly cores: number;
  readonly busyNanos: Nanos;
  readonly proxies: number;
  /** Heap in use at the end; 0 where memory is not modelled. */
  readonly heapBytes: number;
  readonly heapBytesMax: number;
  /** `resources.memory`. */
  readonly memoryBytes: number;
}

export interface Measured {
  readonly metrics: IstiodMetrics;
  readonly staleness: Staleness;
  readonly attribution: AttributionBook;
  readonly peaks: { readonly depth: number; readonly slots: number };
  readonly traffic: Traffic;
  readonly readiness: Readiness;
  readonly end: Nanos;
  readonly facts: RunFacts;
}

export function runResult(measured: Measured, rounds: readonly Round[], fingerprint: Fingerprint): RunResult {
  const { metrics, staleness, attribution, traffic, readiness, peaks, end, facts } = measured;
  const { families, registry } = metrics;
  const { cores, busyNanos, proxies, heapBytes } = facts;
  return {
    metrics: {
      pilot_inbound_updates: registry.counter(families.inbound),
      pilot_push_triggers: registry.counter(families.triggers),
      pilot_xds_pushes: registry.counter(families.pushes),
      pilot_xds_expired_nonce: registry.counter(families.expiredNonce),
      pilot_total_xds_rejects: registry.counter(families.rejects),
      pilot_k8s_cfg_events: registry.counter(families.cfgEvents),
      pilot_k8s_reg_events: registry.counter(families.regEvents),
      pilot_debounce_time: seconds(metrics.debounceTime.fine),
      pilot_pushcontext_init_seconds: seconds(metrics.contextInit.fine),
      pilot_proxy_queue_time: seconds(metrics.queueTime.fine),
      pilot_proxy_convergence_time: seconds(metrics.convergence.fine),
      pilot_xds_push_time: seconds(metrics.pushTime),
      pilot_xds_send_time: seconds(metrics.sendTime.fine),
      pilot_xds_config_size_bytes: summary(metrics.configSize, 1),
    },
    staleness: {
      per_proxy: seconds(staleness.perProxy),
      to_half: seconds(staleness.toHalf),
      to_99_percent: seconds(staleness.to99),
      to_last_proxy: seconds(staleness.toLast),
      phases: Object.fromEntries(PHASES.map((phase, i) => [phase, seconds(staleness.phases.histograms[i]!)])) as Record<
        Phase,
        Distribution
      >,
      unseen: staleness.unseen,
      dead_endpoints: staleness.deadEndpoints.result(),
      missing_subsets: staleness.missingSubsets.result(),
      rejected: staleness.rejected.result(),
      ...stalenessBreakdown(staleness.byLabel),
    },
    panels: panels(metrics),
    readiness,
    traffic: trafficBreakdown(traffic),
    attribution: attribution.result(busyNanos),
    rounds,
    resources: {
      cpu_seconds: busyNanos / SECOND,
      cores,
      utilisation: end === 0 ? 0 : busyNanos / (end * cores),
      bytes_sent: metrics.configSize.sum,
      proxies,
      proxies_made_ready: readiness.ready,
      heap_bytes: heapBytes,
      heap_bytes_max: facts.heapBytesMax,
      memory_limit_bytes: facts.memoryBytes,
      queue_depth_max: peaks.depth,
      slots_max: peaks.slots,
      simulated_s: end / SECOND,
    },
    fingerprint: fingerprint.hex(),
  };
}
