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
  /** Of the whole process at the most: heap, stacks and the runtime. */
  readonly processBytesMax: number;
  /** `resources.memory`. */
  readonly memoryBytes: number;
  /** `resources.cpu`, a fraction included; default: the cores. */
  readonly cpuLimit?: number;
  /** Periods of 100 ms in which the limit stopped istiod. */
  readonly throttledPeriods?: number;
}

export interface Measured {
  readonly metrics: IstiodMetrics;
  readonly staleness: Staleness;
  readonly attribution: AttributionBook;
  readonly merged: number;
  readonly peaks: { readonly depth: number; readonly slots: number };
  readonly traffic: Traffic;
  readonly readiness: Readiness;
  readonly end: Nanos;
  readonly facts: RunFacts;
}

export function runResult(measured: Measured, rounds: readonly Round[], fingerprint: Fingerprint): RunResult {
  const { metrics, staleness, attribution, traffic, readiness, facts } = measured;
  const { families, registry } = metrics;
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
    attribution: attribution.result(facts.busyNanos),
    rounds,
    resources: resourcesOf(measured),
    fingerprint: fingerprint.hex(),
  };
}

function resourcesOf({ metrics, readiness, peaks, merged, end, facts }: Measured): RunResult['resources'] {
  const { cores, busyNanos, proxies, heapBytes, cpuLimit = cores } = facts;
  return {
    cpu_seconds: busyNanos / SECOND,
    cores,
    utilisation: end === 0 ? 0 : busyNanos / (end * Math.min(cores, cpuLimit)),
    bytes_sent: metrics.configSize.sum,
    proxies,
    proxies_made_ready: readiness.ready,
    heap_bytes: heapBytes,
    heap_bytes_max: facts.heapBytesMax,
    memory_bytes_max: facts.processBytesMax,
    memory_limit_bytes: facts.memoryBytes,
    queue_depth_max: peaks.depth,
    slots_max: peaks.slots,
    pushes_merged: merged,
    throttled_periods: facts.throttledPeriods ?? 0,
    simulated_s: end / SECOND,
  };
}
