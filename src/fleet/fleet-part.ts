/** The part of a result that is about pods, connections and istiods. */
import { SECOND } from '../engine/time.js';
import { summary } from '../measure/recorder/breakdowns.js';
import type {
  DeadPart,
  DeadRequestsResult,
  EmptinessResult,
  FleetResult,
  IstiodResult,
} from '../measure/recorder/fleet-result.js';
import type { Part } from '../measure/recorder/merge.js';
import type { RunResult } from '../measure/recorder/result.js';
import type { DeadRequests } from '../measure/staleness/dead-requests.js';
import { greatest } from '../stats/extremes.js';
import type { Emptiness } from './empty-services.js';
import type { Fleet } from './fleet.js';
import type { IstiodProcess } from './istiod-process.js';
import type { FleetSpec, SimulationSpec } from './spec.js';

/** Services and groups told apart; the others share a line. */
const NAMED_MAX = 20;

/** What a run says of its fleet. */
export function fleetPart(
  fleet: Fleet,
  parts: readonly Part[],
  spec: SimulationSpec,
  fleetSpec: FleetSpec,
): FleetResult {
  const { connections, workloads, processes, replicas, ready } = fleet;
  const istiods = processes.map((process, i) => istiodResult(process, parts[i]!.result));
  const alive = istiods.filter(({ ended_by }) => ended_by === undefined).map(({ connections: count }) => count);
  const mean = alive.reduce((sum, count) => sum + count, 0) / Math.max(1, alive.length);
  const { dead } = parts[0]!.distributions;
  const perSecond = (moments: readonly { readonly at: number }[]) => moments.map(({ at }) => at / SECOND);
  return {
    time_to_ready: {
      ...summary(connections.timeToReady, SECOND),
      first: (connections.firstReady ?? 0) / SECOND,
      waiting: connections.waiting,
    },
    refused: { unavailable: connections.unavailable, limited: connections.refusedByLimiter },
    connections: {
      opened: connections.opens,
      closed_by_age: summary(connections.closedAges, SECOND),
      imbalance: mean === 0 ? 0 : Math.max(...alive) / mean,
      timed_out: connections.timedOut,
    },
    memory: {
      limit: spec.istiod.memoryBytes,
      heap_max: Math.max(0, ...istiods.map(({ heap_max }) => heap_max)),
      memory_max: Math.max(0, ...istiods.map(({ memory_max }) => memory_max)),
      out_of_memory: fleet.outOfMemory,
    },
    istiods,
    ready: perSecond(ready).map((at_s, i) => ({ at_s, istiods: ready[i]!.istiods })),
    replicas: perSecond(replicas).map((at_s, i) => ({ at_s, replicas: replicas[i]!.replicas })),
    pods: { started: workloads.started, ended: workloads.ended, ready: workloads.ready },
    rollouts: summary(workloads.rollouts, SECOND),
    dead_requests: deadRequests(dead.requests, fleetSpec.requestsPerSecond),
    empty_services: emptiness(workloads.empty.services),
    empty_subsets: emptiness(workloads.empty.subsets),
    late_clusters: emptiness(fleet.remotes.late),
  };
}

function istiodResult(process: IstiodProcess, { metrics, resources }: RunResult): IstiodResult {
  const { pod, istio, startedAt, ended, envoys, connectionsMax } = process;
  return {
    pod,
    istio,
    started_s: startedAt / SECOND,
    ...(ended === undefined ? {} : { ended_s: ended.at / SECOND, ended_by: ended.why }),
    connections: envoys.size,
    connections_max: connectionsMax,
    cpu_seconds: resources.cpu_seconds,
    heap_bytes: resources.heap_bytes,
    heap_max: resources.heap_bytes_max,
    memory_max: resources.memory_bytes_max,
    pushes: metrics.pilot_xds_pushes.total,
    queue_depth_max: resources.queue_depth_max,
  };
}

function emptiness({ times, nanos, proxyNanos }: Emptiness): EmptinessResult {
  return { times, seconds: nanos / SECOND, proxy_seconds: proxyNanos / SECOND };
}

function deadRequests(dead: DeadRequests, perSecond: number): DeadRequestsResult {
  const proxySeconds = dead.nanos / SECOND;
  return {
    pairs: dead.pairs,
    proxy_seconds: proxySeconds,
    failed: proxySeconds * perSecond,
    longest: dead.longest / SECOND,
    services: named(dead.byService, perSecond),
    groups: named(dead.byGroup, perSecond),
    over_time: dead.course().map(({ at, pairs }) => ({ at_s: at / SECOND, pairs })),
  };
}

/** Those with most first. */
function named(parts: DeadRequests['byService'], perSecond: number): Readonly<Record<string, DeadPart>> {
  const sorted = [...parts].sort(([a, x], [b, y]) => y.nanos - x.nanos || (a < b ? -1 : 1));
  const shown = sorted.slice(0, NAMED_MAX);
  const rest = sorted.slice(NAMED_MAX).map(([, part]) => part);
  if (rest.length > 0) {
    const sum = (of: (part: (typeof rest)[number]) => number) => rest.reduce((total, part) => total + of(part), 0);
    const longest = greatest(rest.map((part) => part.longest));
    shown.push(['(others)', { pairs: sum(({ pairs }) => pairs), nanos: sum(({ nanos }) => nanos), longest }]);
  }
  return Object.fromEntries(
    shown.map(([name, { pairs, nanos, longest }]) => [
      name,
      { pairs, proxy_seconds: nanos / SECOND, failed: (nanos / SECOND) * perSecond, longest: longest / SECOND },
    ]),
  );
}
