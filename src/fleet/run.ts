/**
 * One run of one simulation: the same loop serves the command line, worker threads, a browser page and whoever wants to
 * stop in between.
 */
import { startSources } from '../cluster/event-sources.js';
import { drawFrom } from '../cost/flat.js';
import type { Processor } from '../engine/cpu/processor.js';
import { streams as createStreams } from '../engine/random/streams.js';
import type { Nanos } from '../engine/time.js';
import { PROFILES } from '../istio/profiles.js';
import { createRecorder } from '../measure/recorder/recorder.js';
import type { Recorder } from '../measure/recorder/recorder-options.js';
import type { Recording } from '../measure/recorder/recording.js';
import type { RunResult } from '../measure/recorder/result.js';
import { traced } from '../measure/recorder/traced.js';
import { Trace } from '../measure/timeline/trace.js';
import type { Change } from '../pipeline/model/change.js';
import type { Observer } from '../pipeline/observer.js';
import { type Assembled, assemble } from './assemble.js';
import { istiodOptions } from './istiod-options.js';
import { type Machine, machineOf } from './machine.js';
import type { SimulationSpec } from './spec.js';

export interface RunOptions {
  /** Which of the scenario's replications, from 0: only the random streams differ. */
  readonly replication?: number;
  /** Also records what ran when. */
  readonly trace?: boolean;
  /** Changes whose timeline the recording has even if they were quick. */
  readonly follows?: (change: Change) => boolean;
}

/** A run that has begun and stands still until it is told to advance. */
export interface Run {
  /** The present instant of simulated time. */
  readonly now: Nanos;
  /** When nothing new is offered any more. */
  readonly duration: Nanos;
  /** Goes on to this instant of simulated time, or to the end of the duration if that is earlier. */
  advance(to: Nanos): void;
  /**
   * What was measured; the first call ends the run. A terminating one whose duration is over first finishes what is
   * still under way.
   */
  result(): RunResult;
  /** Courses over time, pushes one by one, slow changes; ends the run as `result` does. */
  timeline(): Recording;
}

/** GOMAXPROCS as Go sets it from a CPU limit. */
export function wholeCores({ istiod }: Pick<SimulationSpec, 'istiod'>): number {
  return Math.max(1, Math.ceil(istiod.cpuCores));
}

/** Deterministic: the same simulation and replication give the same result, to the last bit, everywhere. */
export function startRun(spec: SimulationSpec, options: RunOptions = {}): Run {
  const { run } = spec;
  const { sim, mesh, machine, observer: recorder } = assembleSpec(spec, options);
  let recording: Recording | undefined;
  let result: RunResult | undefined;

  function end(): Recording {
    if (recording === undefined) {
      if (run.kind === 'terminating' && sim.now >= run.duration) sim.run();
      recording = recorder.recording();
    }
    return recording;
  }

  return {
    get now() {
      return sim.now;
    },
    duration: run.duration,
    advance(to) {
      const until = Math.min(to, run.duration);
      if (recording === undefined && until > sim.now) sim.run(until);
    },
    result() {
      end();
      result ??= recorder.result({
        cores: wholeCores(spec),
        busyNanos: machine.processor.busyNanos,
        proxies: mesh.proxies.length,
        heapBytes: machine.heap?.bytes ?? 0,
      });
      return result;
    },
    timeline: end,
  };
}

export interface SimulateOptions extends RunOptions {
  /** Told the share of the duration simulated so far, from time to time. */
  readonly onProgress?: (fractionDone: number) => void;
  /** Given, at the end, what is too much for the result. */
  readonly onRecording?: (recording: Recording) => void;
}

const PROGRESS_STEPS = 50;

/** A whole run at once. */
export function simulate(spec: SimulationSpec, options: SimulateOptions = {}): RunResult {
  const run = startRun(spec, options);
  for (let step = 1; step <= PROGRESS_STEPS; step++) {
    run.advance(Math.round((run.duration * step) / PROGRESS_STEPS));
    options.onProgress?.(step / PROGRESS_STEPS);
  }
  options.onRecording?.(run.timeline());
  return run.result();
}

/** What a run is assembled with besides its specification. */
export interface SpecOptions<O extends Observer> {
  readonly replication: number;
  /** Also notified of what runs when. */
  readonly trace: Trace | undefined;
  readonly observerOf: (sim: Assembled<O>['sim'], machine: Machine) => O;
}

/** The simulation with its event sources started. */
export function assembleWith<O extends Observer>(spec: SimulationSpec, setup: SpecOptions<O>): Assembled<O> {
  const { run, costs } = spec;
  const { trace } = setup;
  const streams = createStreams(run.seed, setup.replication);
  const profile = PROFILES[spec.istio];
  const cores = wholeCores(spec);
  const assembled = assemble({
    mesh: spec.mesh,
    profile,
    options: istiodOptions(spec.istiod, profile, cores),
    streams,
    start: run.start,
    eventsWokenBy: 'network',
    lockContention: costs.lockContention,
    network: drawFrom(costs.network, streams, 'network'),
    envoyApply: drawFrom(costs.envoyApply, streams, 'envoy-apply'),
    machineOf: (sim, mesh) => {
      const watching = trace && ((processor: Processor) => trace.watching(processor, sim));
      return machineOf(sim, costs, cores, profile, mesh, streams, watching, spec.istiod);
    },
    observerOf: setup.observerOf,
  });
  const { sim, mesh, istiod, proxies } = assembled;
  startSources(
    sim,
    {
      mesh: spec.mesh,
      proxies: mesh.proxies.map((proxy) => ({ namespace: proxy.shape.namespace, name: proxy.name })),
      events: spec.events,
      duration: run.duration,
      streams,
      watch: drawFrom(costs.watch, streams, 'watch'),
      reject: proxies.reject,
    },
    istiod.observe,
  );
  return assembled;
}

function assembleSpec(spec: SimulationSpec, options: RunOptions): Assembled<Recorder> {
  const trace = options.trace ? new Trace() : undefined;
  return assembleWith(spec, {
    replication: options.replication ?? 0,
    trace,
    observerOf: (sim, { processor, heap }) => {
      const recorder = createRecorder(sim, PROFILES[spec.istio].countedOnce, spec.run.warmUp, {
        version: spec.istio,
        cores: wholeCores(spec),
        busyNanos: () => processor.busyNanos,
        ...(heap && { heapBytes: () => heap.bytes }),
        ...(options.follows && { follows: options.follows }),
      });
      return trace === undefined ? recorder : traced(recorder, trace, sim);
    },
  });
}
