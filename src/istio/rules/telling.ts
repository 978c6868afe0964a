/** How istiod tells what it does: metrics, log lines, dashboards. */
import { rule } from '../rule.js';

export const HALF_SECOND = rule(
  'half-second-bound',
  'Bounds of pilot_debounce_time and pilot_xds_push_time.',
  'xds/monitoring.go',
  { halfSecondBound: false },
  {
    since: '1.32-dev',
    says: 'pilot_debounce_time and pilot_xds_push_time have a bound of 0.5 s: quantiles below 1 s are finer.',
    source: 'xds/monitoring.go',
    values: { halfSecondBound: true },
  },
);

export const DEBOUNCE_LOG = rule(
  'debounce-log',
  'The last field of the log line "Push debounce stable".',
  'xds/discovery.go: debounce',
  { debounceLogFlag: 'full' },
  {
    since: '1.31',
    says: 'The log line "Push debounce stable" ends with forced= instead of full=, and no push is logged as incremental.',
    source: 'xds/discovery.go: debounce, Push; 3dcae099a42 #59808',
    values: { debounceLogFlag: 'forced' },
  },
);

export const PUSH_LOG = rule(
  'push-log',
  'Where the log line "XDS: Pushing" says its version.',
  'xds/ads.go: AdsPushAll',
  { pushLogTwice: true },
  {
    since: '1.19',
    says: 'The log line "XDS: Pushing" says its version once, at the end.',
    source: 'xds/ads.go: AdsPushAll',
    values: { pushLogTwice: false },
  },
);

export const CONTEXT_ERRORS = rule(
  'context-errors',
  'Whether pilot_xds_push_context_errors exists.',
  'xds/monitoring.go',
  { countsContextErrors: true },
  {
    since: '1.26',
    says: 'pilot_xds_push_context_errors is gone: building a context cannot fail.',
    source: 'xds/monitoring.go',
    values: { countsContextErrors: false },
  },
);

export const CONFLICT_GAUGES = rule(
  'conflict-gauges',
  'Gauges of conflicts between outbound listeners.',
  'model/push_context.go',
  { outboundConflicts: ['http_over_current_tcp', 'tcp_over_current_http', 'tcp_over_current_tcp'] },
  {
    since: '1.19',
    says: 'Of pilot_conflict_outbound_listener_* only …_tcp_over_current_tcp is left.',
    source: 'model/push_context.go',
    values: { outboundConflicts: ['tcp_over_current_tcp'] },
  },
);

export const QUEUE_METRICS = rule(
  'queue-metrics',
  'Whether pilot_worker_queue_* can be switched on.',
  'pkg/queue/metrics.go',
  { queueMetrics: false },
  {
    since: '1.19',
    says: 'ISTIO_ENABLE_CONTROLLER_QUEUE_METRICS switches pilot_worker_queue_depth, _latency and _duration on.',
    source: 'pkg/queue/metrics.go',
    values: { queueMetrics: true },
  },
);

export const DASHBOARD = rule(
  'dashboard',
  'The file of the control plane dashboard.',
  'manifests/addons/dashboards',
  { dashboard: 'pilot-dashboard.json' },
  {
    since: '1.23',
    says: 'The control plane dashboard is generated: no panel shows convergence any more, pushes are grouped by type.',
    source: 'manifests/addons/dashboards/pilot-dashboard.gen.json',
    values: { dashboard: 'pilot-dashboard.gen.json' },
  },
);
