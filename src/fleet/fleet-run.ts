/** A run of a fleet, and what it says. */
import { Fingerprint } from '../engine/fingerprint.js';
import { Simulation } from '../engine/simulation.js';
import { SECOND } from '../engine/time.js';
import { profileOf } from '../istio/profile.js';
import { summary } from '../measure/recorder/breakdowns.js';
import type { FleetResult, IstiodResult } from '../measure/recorder/fleet-result.js';
import { mergeResults, type Part } from '../measure/recorder/merge.js';
import { createRecorder } from '../measure/recorder/recorder.js';
import type { Recording } from '../measure/recorder/recording.js';
import type { RunResult } from '../measure/recorder/result.js';
import { Fleet } from './fleet.js';
import type { IstiodProcess } from './istiod-process.js';
import { pausedRun } from './paused-run.js';
import { RecentWrites } from './recent-writes.js';
import type { Run, RunOptions } from './run-types.js';
import type { FleetSpec, SimulationSpec } from './spec.js';

/** @param cores of each istiod */
export function startFleetRun(spec: SimulationSpec, fleetSpec: FleetSpec, options: RunOptions, cores: number): Run {
  const { run } = spec;
  const recent = new RecentWrites();
  const replication = options.replication ?? 0;
  const { follows, onEvents } = options;
  const sim = new Simulation();
  const fleet = new Fleet({
    sim,
    spec,
    fleet: fleetSpec,
    replication,
    cores,
    onWrite: (_, change) => recent.add(change),
    recorderOf: ({ processor, heap }, istio) =>
      createRecorder(sim, profileOf(istio).countedOnce, run.warmUp, {
        version: istio,
        cores,
        busyNanos: () => processor.busyNanos,
        ...(heap && { heapBytes: () => heap.bytes }),
        ...(follows && { follows }),
      }),
  });
  return pausedRun({
    sim,
    run,
    replication,
    recent,
    ...(onEvents && { onEvents }),
    record() {
      const recordings = fleet.processes.map(({ recorder, pod }) => ({ ...recorder.recording(), pod }));
      const [first, ...others] = recordings as [Recording & { pod: string }];
      return others.length === 0 ? first : { ...first, others };
    },
    measure: () => fleetResult(fleet, spec, fleetSpec, cores),
  });
}

function fleetResult(fleet: Fleet, spec: SimulationSpec, fleetSpec: FleetSpec, cores: number): RunResult {
  const parts = fleet.processes.map((process): Part => {
    const { recorder, machine, ended } = process;
    const facts = {
      cores,
      busyNanos: ended?.busy ?? machine.processor.busyNanos,
      proxies: fleet.envoys.length,
      heapBytes: ended?.heap ?? machine.heap?.bytes ?? 0,
      heapBytesMax: Math.max(process.heapMax, machine.heap?.peakBytes ?? 0),
      memoryBytes: spec.istiod.memoryBytes,
    };
    return { result: recorder.result(facts), distributions: recorder.distributions() };
  });
  const merged = mergeResults(parts, new Fingerprint());
  fleet.workloads.finish(fleet.sim.now);
  const ofFleet = fleetPart(fleet, parts, spec, fleetSpec);
  const { first, p50, p99, max, count } = ofFleet.time_to_ready;
  const readiness =
    count === 0
      ? merged.readiness
      : { ...merged.readiness, ready: count, first, half: p50, percent_99: p99, last: max };
  return { ...merged, readiness, fleet: ofFleet };
}

function fleetPart(fleet: Fleet, parts: readonly Part[], spec: SimulationSpec, fleetSpec: FleetSpec): FleetResult {
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
      out_of_memory: fleet.outOfMemory,
    },
    istiods,
    ready: perSecond(ready).map((at_s, i) => ({ at_s, istiods: ready[i]!.istiods })),
    replicas: perSecond(replicas).map((at_s, i) => ({ at_s, replicas: replicas[i]!.replicas })),
    pods: { started: workloads.started, ended: workloads.ended, ready: workloads.ready },
    rollouts: summary(workloads.rollouts, SECOND),
    dead_requests: {
      pairs: dead.pairsHit,
      proxy_seconds: dead.hitNanos / SECOND,
      failed: (dead.hitNanos / SECOND) * fleetSpec.requestsPerSecond,
    },
    empty_services: { times: workloads.emptyTimes, seconds: workloads.emptyNanos / SECOND },
  };
}

function istiodResult(process: IstiodProcess, { metrics, resources }: RunResult): IstiodResult {
  const { pod, istio, startedAt, ended, envoys, connectionsMax, heapMax } = process;
  return {
    pod,
    istio,
    started_s: startedAt / SECOND,
    ...(ended === undefined ? {} : { ended_s: ended.at / SECOND, ended_by: ended.why }),
    connections: envoys.size,
    connections_max: connectionsMax,
    cpu_seconds: resources.cpu_seconds,
    heap_bytes: resources.heap_bytes,
    heap_max: Math.max(heapMax, resources.heap_bytes),
    pushes: metrics.pilot_xds_pushes.total,
    queue_depth_max: resources.queue_depth_max,
  };
}
