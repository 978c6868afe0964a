/** A run of a fleet, and what it says. */
import { Fingerprint } from '../engine/fingerprint.js';
import { Simulation } from '../engine/simulation.js';
import { combinedRecording } from '../measure/recorder/combined-recording.js';
import { mergeResults, type Part } from '../measure/recorder/merge.js';
import { createRecorder } from '../measure/recorder/recorder.js';
import type { RunResult } from '../measure/recorder/result.js';
import { Fleet } from './fleet.js';
import { fleetPart } from './fleet-part.js';
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
    behaviour: options.behaviour,
    trace: options.trace,
    recorderOf: ({ cpuNanos, heap }, profile, istio) =>
      createRecorder(sim, profile.countedOnce, run.warmUp, {
        version: istio,
        cores,
        startedAt: sim.now,
        busyNanos: cpuNanos,
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
    record: () =>
      combinedRecording(
        fleet.processes.map(({ recorder, trace, pod, startedAt, ended }) => {
          if (ended !== undefined) trace?.end(ended.at);
          return { ...recorder.recording(), life: { pod, from: startedAt, to: ended?.at } };
        }),
      ),
    measure: () => fleetResult(fleet, spec, fleetSpec, cores),
  });
}

function fleetResult(fleet: Fleet, spec: SimulationSpec, fleetSpec: FleetSpec, cores: number): RunResult {
  fleet.processes[0]!.recorder.distributions().dead.absorb(fleet.missed.dead);
  const parts = fleet.processes.map((process): Part => {
    const { recorder, machine, ended } = process;
    const facts = {
      cores,
      busyNanos: ended?.busy ?? machine.cpuNanos(),
      proxies: fleet.envoys.length,
      heapBytes: ended?.heap ?? machine.heap?.bytes ?? 0,
      heapBytesMax: machine.heap?.peak ?? 0,
      processBytesMax: machine.memoryBytes(),
      cpuLimit: spec.istiod.cpuCores,
      throttledPeriods: machine.throttledPeriods(),
      memoryBytes: spec.istiod.memoryBytes,
    };
    return { result: recorder.result(facts), distributions: recorder.distributions() };
  });
  const merged = mergeResults(parts, new Fingerprint());
  fleet.workloads.empty.finish();
  const ofFleet = fleetPart(fleet, parts, spec, fleetSpec);
  const { first, p50, p99, max, count, waiting } = ofFleet.time_to_ready;
  const readiness =
    count === 0
      ? merged.readiness
      : { proxies: count + waiting, ready: count, first, half: p50, percent_99: p99, last: max };
  return { ...merged, readiness, fleet: ofFleet };
}
