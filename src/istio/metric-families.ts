/**
 * istiod's metrics as it exports them (`pilot/pkg/xds/monitoring.go` and its neighbours): names, help, units and bucket
 * bounds. Counters have no `_total` suffix unless istiod's name has one. Values are kept in the simulator's units
 * (nanoseconds, bytes, counts) and divided by `scale` on the way out.
 */
import { type IstioVersion, profileOf } from './profile.js';

export interface FamilySpec {
  readonly name: string;
  readonly help: string;
  readonly type: 'counter' | 'gauge' | 'histogram';
  /** Kept units in one exported unit. */
  readonly scale: number;
  /** Upper bounds of histogram buckets in exported units, ascending; +Inf is implied. */
  readonly bounds: readonly number[];
}

const NANOS = 1e9;

const counter = (name: string, help: string, scale = 1): FamilySpec => ({
  name,
  help,
  type: 'counter',
  scale,
  bounds: [],
});
const gauge = (name: string, help: string): FamilySpec => ({ name, help, type: 'gauge', scale: 1, bounds: [] });
const histogram = (name: string, help: string, bounds: readonly number[], scale = NANOS): FamilySpec => ({
  name,
  help,
  type: 'histogram',
  scale,
  bounds,
});

const FAST = [0.01, 0.1, 1, 3, 5, 10, 20, 30];
/** Where the release has a bound more, it is for waiting and for pushing. */
const FINER = [0.01, 0.1, 0.5, 1, 3, 5, 10, 20, 30];
const SLOW = [0.1, 0.5, 1, 3, 5, 10, 20, 30];
const CONTEXT = [0.01, 0.1, 0.5, 1, 3, 5];
const SIZES = [1, 10_000, 1_000_000, 4_000_000, 10_000_000, 40_000_000];

/** The same for every version, for who looks for it in a recording. */
export const PILOT_XDS_PUSHES = counter(
  'pilot_xds_pushes',
  'Messages sent to proxies, answers to their requests included',
);

export type Families = ReturnType<typeof familiesOf>;

export function familiesOf(version: IstioVersion) {
  const fast = profileOf(version).values.halfSecondBound ? FINER : FAST;
  return {
    inbound: counter('pilot_inbound_updates', 'Updates received by the push pipeline, by entry point'),
    triggers: counter('pilot_push_triggers', 'Reasons of pushes, once for each proxy they were for'),
    pushes: PILOT_XDS_PUSHES,
    expiredNonce: counter('pilot_xds_expired_nonce', 'Acknowledgements of messages that were not the latest'),
    rejects: counter('pilot_total_xds_rejects', 'Messages that proxies rejected'),
    rejectedCds: gauge('pilot_xds_cds_reject', 'Proxies that have ever rejected clusters'),
    rejectedEds: gauge('pilot_xds_eds_reject', 'Proxies that have ever rejected endpoints'),
    rejectedLds: gauge('pilot_xds_lds_reject', 'Proxies that have ever rejected listeners'),
    rejectedRds: gauge('pilot_xds_rds_reject', 'Proxies that have ever rejected routes'),
    cfgEvents: counter('pilot_k8s_cfg_events', 'Events of Istio objects'),
    regEvents: counter('pilot_k8s_reg_events', 'Events of the service registry'),
    debounceTime: histogram('pilot_debounce_time', 'From the first update of a batch to all proxies queued', fast),
    contextInit: histogram('pilot_pushcontext_init_seconds', 'Building one push context', CONTEXT),
    queueTime: histogram('pilot_proxy_queue_time', 'From queueing a proxy to taking it from the queue', SLOW),
    convergence: histogram('pilot_proxy_convergence_time', 'From queueing a proxy to its last message sent', SLOW),
    pushTime: histogram('pilot_xds_push_time', 'Generating and sending one message', fast),
    sendTime: histogram('pilot_xds_send_time', 'Handing one message to the transport', FAST),
    configSize: histogram('pilot_xds_config_size_bytes', 'Resources of one message', SIZES, 1),
    services: gauge('pilot_services', 'Services in the last push context'),
    virtualServices: gauge('pilot_virt_services', 'VirtualServices in the last push context'),
    connections: gauge('pilot_xds', 'Connected proxies, by their version'),
    envoyConnections: gauge(
      'envoy_cluster_upstream_cx_active',
      'Connections of all proxies to istiod, as they see them',
    ),
    cpu: counter('process_cpu_seconds_total', 'CPU time used', NANOS),
    containerCpu: counter(
      'container_cpu_usage_seconds_total',
      'CPU time used, as the container runtime counts it',
      NANOS,
    ),
    heap: gauge('go_memstats_heap_alloc_bytes', 'Heap in use, garbage included'),
    alloc: gauge('go_memstats_alloc_bytes', 'The same, by its other name'),
    procs: gauge('go_sched_gomaxprocs_threads', 'Cores that Go uses'),
    build: gauge('istio_build', 'Always 1'),
    info: gauge('pilot_info', 'Always 1'),
    uptime: gauge('istiod_uptime_seconds', 'Simulated time since the start'),
  } as const;
}

/** `pilot_xds_config_size_bytes` alone is labelled with the full type URL. */
export const TYPE_URLS = {
  cds: 'type.googleapis.com/envoy.config.cluster.v3.Cluster',
  eds: 'type.googleapis.com/envoy.config.endpoint.v3.ClusterLoadAssignment',
  lds: 'type.googleapis.com/envoy.config.listener.v3.Listener',
  rds: 'type.googleapis.com/envoy.config.route.v3.RouteConfiguration',
  sds: 'type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.Secret',
  nds: 'type.googleapis.com/istio.networking.nds.v1.NameTable',
  ecds: 'type.googleapis.com/envoy.config.core.v3.TypedExtensionConfig',
} as const;
