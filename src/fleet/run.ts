/**
 * One run of one simulation: the same loop serves the command line, worker threads, a browser page and whoever wants to
 * stop in between.
 */
import { startSources } from '../cluster/event-sources.js';
import { meshAt } from '../cluster/timeline/replay.js';
import { drawFrom } from '../cost/flat.js';
import type { Processor } from '../engine/cpu/processor.js';
import { streams as createStreams } from '../engine/random/streams.js';
import { MILLISECOND, type Nanos } from '../engine/time.js';
import { profileOf } from '../istio/profile.js';
import { createRecorder } from '../measure/recorder/recorder.js';
import type { Recorder } from '../measure/recorder/recorder-options.js';
import type { Recording } from '../measure/recorder/recording.js';
import type { RunResult } from '../measure/recorder/result.js';
import { traced } from '../measure/recorder/traced.js';
import { Trace } from '../measure/timeline/trace.js';
import type { Observer } from '../pipeline/observer.js';
import { type Assembled, assemble } from './assemble.js';
import { startFleetRun } from './fleet-run.js';
import { istiodOptions } from './istiod-options.js';
import { type IstiodBehaviour, type Machine, machineOf } from './machine.js';
import { pausedRun } from './paused-run.js';
import { RecentWrites } from './recent-writes.js';
import type { Run, RunOptions } from './run-types.js';
import type { IstiodSpec, SimulationSpec } from './spec.js';

export type { Run, RunOptions } from './run-types.js';

/** GOMAXPROCS: as the environment says, else as Go, or the chart, sets it from a CPU limit. */
export function wholeCores({ istiod }: { readonly istiod: Pick<IstiodSpec, 'cpuCores' | 'env'> }): number {
  return Number(istiod.env.GOMAXPROCS ?? 0) || Math.max(1, Math.ceil(istiod.cpuCores));
}

/** Deterministic: the same simulation and replication give the same result, to the last bit, everywhere. */
export function startRun(spec: SimulationSpec, options: RunOptions = {}): Run {
  const { run } = spec;
  if (spec.fleet !== undefined) return startFleetRun(spec, spec.fleet, options, wholeCores(spec));
  const recent = new RecentWrites();
  const { sim, mesh, machine, observer: recorder } = assembleSpec(spec, options, recent);
  return pausedRun({
    sim,
    run,
    replication: options.replication ?? 0,
    recent,
    ...(options.onEvents && { onEvents: options.onEvents }),
    record: () => recorder.recording(),
    measure: () =>
      recorder.result({
        cores: wholeCores(spec),
        busyNanos: machine.cpuNanos(),
        proxies: mesh.proxies.length,
        heapBytes: machine.heap?.bytes ?? 0,
        heapBytesMax: machine.heap?.peak ?? 0,
        processBytesMax: machine.memoryBytes(),
        cpuLimit: spec.istiod.cpuCores,
        throttledPeriods: machine.throttledPeriods(),
        memoryBytes: spec.istiod.memoryBytes,
      }),
  });
}

export interface SimulateOptions extends RunOptions {
  /** Told the share of the duration simulated so far and the number of events, from time to time. */
  readonly onProgress?: (fractionDone: number, events: number) => void;
  /** Given, at the end, what is too much for the result. */
  readonly onRecording?: (recording: Recording) => void;
}

/** A whole run at once. */
export function simulate(spec: SimulationSpec, options: SimulateOptions = {}): RunResult {
  const { onProgress } = options;
  const { duration } = spec.run;
  const onEvents = onProgress && ((now: Nanos, events: number) => onProgress(Math.min(1, now / duration), events));
  const run = startRun(spec, { ...options, ...(onEvents && { onEvents }) });
  run.advance(duration);
  options.onRecording?.(run.timeline());
  return run.result();
}

/** What a run is assembled with besides its specification. */
export interface SpecOptions<O extends Observer> {
  readonly replication: number;
  /** Default: that of the release. */
  readonly behaviour?: IstiodBehaviour;
  readonly eventsWokenBy?: 'network' | 'timer' | undefined;
  /** Also notified of what runs when. */
  readonly trace: Trace | undefined;
  readonly observerOf: (sim: Assembled<O>['sim'], machine: Machine) => O;
  /** Notified of every write that istiod sees. */
  readonly recent?: RecentWrites;
}

/** A status is made when the push begins, and written through the API server; it comes back about so much later. */
const STATUS_AFTER_PUSH = 20 * MILLISECOND;

/** The simulation with its event sources started. */
export function assembleWith<O extends Observer>(spec: SimulationSpec, setup: SpecOptions<O>): Assembled<O> {
  const { run, costs } = spec;
  const { trace } = setup;
  const streams = createStreams(run.seed, setup.replication);
  const { behaviour = { profile: profileOf(spec.istio) } } = setup;
  const { profile } = behaviour;
  const cores = wholeCores(spec);
  const meshSpec = spec.timeline === undefined ? spec.mesh : meshAt(spec.mesh, spec.timeline);
  const options = istiodOptions(spec.istiod, profile, cores);
  const assembled = assemble({
    mesh: meshSpec,
    profile,
    options,
    streams,
    start: run.start,
    eventsWokenBy: setup.eventsWokenBy ?? 'network',
    lockContention: costs.lockContention,
    network: drawFrom(costs.network, streams, 'network'),
    envoyApply: drawFrom(costs.envoyApply, streams, 'envoy-apply'),
    machineOf: (sim, mesh) => {
      const watching = trace && ((processor: Processor) => trace.watching(processor, sim));
      return machineOf(sim, costs, cores, behaviour, mesh, streams, watching, spec.istiod);
    },
    observerOf: setup.observerOf,
  });
  const { sim, mesh, istiod, proxies } = assembled;
  startSources(
    sim,
    {
      mesh: meshSpec,
      proxies: mesh.proxies.map((proxy) => ({ namespace: proxy.shape.namespace, name: proxy.name })),
      events: spec.events,
      timeline: spec.timeline,
      duration: run.duration,
      statusAfter: options.debounceAfter + STATUS_AFTER_PUSH,
      streams,
      watch: drawFrom(costs.watch, streams, 'watch'),
      reject: proxies.reject,
    },
    (event, change) => {
      setup.recent?.add(change);
      istiod.observe(event, change);
    },
  );
  return assembled;
}

function assembleSpec(spec: SimulationSpec, options: RunOptions, recent: RecentWrites): Assembled<Recorder> {
  const trace = options.trace ? new Trace() : undefined;
  const behaviour = options.behaviour ?? { profile: profileOf(spec.istio) };
  return assembleWith(spec, {
    replication: options.replication ?? 0,
    behaviour,
    eventsWokenBy: options.eventsWokenBy,
    trace,
    recent,
    observerOf: (sim, { cpuNanos, heap }) => {
      const recorder = createRecorder(sim, behaviour.profile.countedOnce, spec.run.warmUp, {
        version: spec.istio,
        cores: wholeCores(spec),
        busyNanos: cpuNanos,
        ...(heap && { heapBytes: () => heap.bytes }),
        ...(options.follows && { follows: options.follows }),
      });
      return trace === undefined ? recorder : traced(recorder, trace, sim);
    },
  });
}
