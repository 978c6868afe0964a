import type { Distribution, RunResult } from '../../src/measure/recorder/result.js';
import { parseScenario } from '../../src/scenario/load.js';
import type { Scenario } from '../../src/scenario/scenario.js';

export const NOTHING: Distribution = { count: 0, mean: 0, p50: 0, p90: 0, p99: 0, max: 0 };

/** Percentiles that are easy to recognise: p50 is `unit`, p90 2, p99 3, max 4 of it. */
export function spread(unit: number, count = 100): Distribution {
  return { count, mean: unit, p50: unit, p90: 2 * unit, p99: 3 * unit, max: 4 * unit };
}

export function scenario(yaml = ''): Scenario {
  const parsed = parseScenario(`description: What happens?\nistio: "1.17"\n${yaml}`, { file: 'fixture.yaml' });
  if (!parsed.ok) throw new Error('the fixture is broken');
  return parsed.scenario;
}

export function result(changes: Partial<RunResult> = {}): RunResult {
  return {
    metrics: {
      pilot_inbound_updates: { total: 40, by: { config: 20, eds: 10, svc: 10 } },
      pilot_push_triggers: { total: 52, by: { config: 26, endpoint: 26 } },
      pilot_xds_pushes: { total: 1510, by: { cds: 400, eds: 410, lds: 400, rds: 300 } },
      pilot_xds_expired_nonce: { total: 0, by: {} },
      pilot_total_xds_rejects: { total: 0, by: {} },
      pilot_k8s_cfg_events: { total: 20, by: { 'Gateway add': 10, 'VirtualService add': 10 } },
      pilot_k8s_reg_events: { total: 20, by: { 'EndpointSlice add': 10, 'Services add': 10 } },
      pilot_debounce_time: spread(0.1, 15),
      pilot_pushcontext_init_seconds: spread(0.002, 15),
      pilot_proxy_queue_time: spread(0.0005),
      pilot_proxy_convergence_time: spread(0.016),
      pilot_xds_push_time: spread(0.0004, 1510),
      pilot_xds_send_time: spread(0.00001, 1510),
      pilot_xds_config_size_bytes: spread(51_200, 1510),
    },
    staleness: {
      per_proxy: spread(0.125),
      to_half: spread(0.12, 40),
      to_99_percent: spread(0.24, 40),
      to_last_proxy: spread(0.25, 40),
      phases: {
        watch: spread(0.001),
        debounce: spread(0.1),
        context: spread(0.002),
        queue: spread(0.008),
        generation: spread(0.008),
        wire: spread(0.001),
        envoy: spread(0.005),
      },
      unseen: 3,
      dead_endpoints: {
        pairs: 0,
        safe_prestop_99: 0,
        safe_prestop_99_9: 0,
        safe_prestop_100: 0,
        proxy_seconds: 0,
      },
      missing_subsets: { windows: 0, proxies: 0, longest: 0, proxy_seconds: 0, still_open: 0 },
      rejected: { pairs: 0, longest: 0, still_open: 0 },
      by: { source: {}, kind: {}, namespace: {}, group: {} },
      skew: { all: NOTHING, pairs: {} },
    },
    panels: { pilot_proxy_convergence_time: { p50: 0.05, p90: 0.09, p99: 0.099 } },
    readiness: { proxies: 0, ready: 0, first: null, half: null, percent_99: null, last: null },
    traffic: { types: {}, groups: {} },
    attribution: { trigger: [], kind: [], namespace: [], object: [], source: [], unattributed_cpu_seconds: 0 },
    rounds: Array.from({ length: 15 }, (_, i) => ({
      at_s: 1.125 + 2.5 * i,
      merged: (i % 4) + 1,
      kind: i % 5 === 4 ? ('incremental' as const) : ('full' as const),
    })),
    resources: {
      heap_bytes: 0,
      heap_bytes_max: 0,
      memory_bytes_max: 0,
      memory_limit_bytes: 2 ** 31,
      cpu_seconds: 12.5,
      cores: 2,
      utilisation: 0.104,
      bytes_sent: 47_185_920,
      proxies: 13,
      proxies_made_ready: 0,
      queue_depth_max: 13,
      slots_max: 7,
      pushes_merged: 0,
      throttled_periods: 0,
      simulated_s: 60,
    },
    fingerprint: '0123456789abcdef',
    ...changes,
  };
}

export const PROVENANCE = {
  pushsim: '1.2.3',
  scenario: 'fixture',
  file: 'fixture.yaml',
  hash: 'abc',
  seed: '1',
  command: 'pushsim run fixture.yaml',
};
