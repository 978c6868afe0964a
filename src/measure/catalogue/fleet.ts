/** Measures of pods, connections and istiods: null where nothing comes and goes. */
import type { FleetResult } from '../recorder/fleet-result.js';
import type { Measure, MeasureUnit } from './measure.js';

function of(name: string, unit: MeasureUnit, says: string, read: (fleet: FleetResult) => number): Measure {
  return { name, unit, says, read: ({ fleet }) => (fleet === undefined ? null : read(fleet)) };
}

export const FLEET_MEASURES: readonly Measure[] = [
  of(
    'time_to_ready.p50',
    'seconds',
    'a proxy without istiod until it is served: median',
    ({ time_to_ready: t }) => t.p50,
  ),
  of(
    'time_to_ready.p90',
    'seconds',
    'a proxy without istiod until it is served: 90 %',
    ({ time_to_ready: t }) => t.p90,
  ),
  of(
    'time_to_ready.max',
    'seconds',
    'a proxy without istiod until it is served: longest',
    ({ time_to_ready: t }) => t.max,
  ),
  of('not_ready.total', 'number', 'proxies that no istiod serves at the end', ({ time_to_ready: t }) => t.waiting),
  of(
    'refused.total',
    'number',
    'attempts to connect that failed',
    ({ refused }) => refused.limited + refused.unavailable,
  ),
  of('refused_by_limiter.total', 'number', 'attempts that the limiter refused', ({ refused }) => refused.limited),
  of(
    'imbalance.max',
    'number',
    'connections of the fullest istiod over the mean',
    ({ connections }) => connections.imbalance,
  ),
  of('heap.max', 'bytes', 'heap of one istiod at the most', ({ memory }) => memory.heap_max),
  of('memory.max', 'bytes', 'memory of one istiod at the most', ({ memory }) => memory.memory_max),
  of('out_of_memory.total', 'number', 'istiods killed for memory', ({ memory }) => memory.out_of_memory),
  of('rollout.max', 'seconds', 'rollout of a workload: longest', ({ rollouts }) => rollouts.max),
  of(
    'failed_requests.total',
    'number',
    'requests to endpoints that were gone',
    ({ dead_requests: dead }) => dead.failed,
  ),
  of(
    'dead_endpoints.total',
    'number',
    'pairs of a proxy and an endpoint that was gone',
    ({ dead_requests }) => dead_requests.pairs,
  ),
  of('dead_endpoints.at_a_time', 'number', 'the same at a time, at the most', ({ dead_requests: dead }) =>
    dead.over_time.reduce((most, { pairs }) => Math.max(most, pairs), 0),
  ),
  of(
    'dead_endpoints.max',
    'seconds',
    'a proxy sent to an endpoint that was gone: longest',
    ({ dead_requests }) => dead_requests.longest,
  ),
  of(
    'dead_endpoints.seconds',
    'seconds',
    'the same of all pairs, added up',
    ({ dead_requests }) => dead_requests.proxy_seconds,
  ),
  of('empty_services.total', 'number', 'times a service had no endpoint', ({ empty_services: empty }) => empty.times),
  of(
    'empty_services.seconds',
    'seconds',
    'the same, time × proxies that ask for it',
    ({ empty_services: empty }) => empty.proxy_seconds,
  ),
  of(
    'late_clusters.total',
    'number',
    'clusters that an istiod served without',
    ({ late_clusters: late }) => late.times,
  ),
  of(
    'late_clusters.seconds',
    'seconds',
    'the same, time × proxies of that istiod',
    ({ late_clusters: late }) => late.proxy_seconds,
  ),
  of(
    'empty_subsets.total',
    'number',
    'times a subset that routes name had no pod',
    ({ empty_subsets: empty }) => empty.times,
  ),
  of(
    'empty_subsets.seconds',
    'seconds',
    'the same, time × proxies that ask for its service',
    ({ empty_subsets: empty }) => empty.proxy_seconds,
  ),
];
