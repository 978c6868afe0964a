/**
 * One run of one scenario: builds the mesh, istiod, its proxies and the event sources, runs the clock until nothing is
 * left to do, and answers with what was measured.
 */
import { drawFrom } from '../cost/flat.js';
import { Simulation } from '../engine/simulation.js';
import { streams as createStreams } from '../engine/streams.js';
import { createRecorder } from '../measure/recorder.js';
import type { Recording } from '../measure/recording.js';
import type { RunResult } from '../measure/result.js';
import { Trace } from '../measure/trace.js';
import { Mesh } from '../mesh/mesh.js';
import type { Change } from '../pipeline/change.js';
import { createIstiod } from '../pipeline/istiod.js';
import { meshRules } from '../pipeline/options.js';
import { PROFILES } from '../pipeline/profiles/index.js';
import { istiodOptions } from '../scenario/istiod-options.js';
import type { Scenario } from '../scenario/scenario.js';
import { startSources } from './event-sources.js';
import { machineOf } from './machine.js';

export interface SimulateOptions {
  /** Which of the scenario's replications, from 0: only the random streams differ. */
  readonly replication?: number;
  /** Told the share of the duration simulated so far, from time to time. */
  readonly onProgress?: (fractionDone: number) => void;
  /** Given, at the end, what is too much for the result: courses over time, pushes one by one, slow changes. */
  readonly onRecording?: (recording: Recording) => void;
  /** Also records what ran when. */
  readonly trace?: boolean;
  /** Changes whose story the recording has even if they were quick. */
  readonly follows?: (change: Change) => boolean;
}

const PROGRESS_STEPS = 50;

/** Deterministic: the same scenario and replication give the same result, to the last bit, everywhere. */
export function simulate(scenario: Scenario, options: SimulateOptions = {}): RunResult {
  const { run, costs } = scenario;
  const sim = new Simulation();
  const streams = createStreams(run.seed, options.replication ?? 0);
  const profile = PROFILES[scenario.istio];
  const gomaxprocs = Math.max(1, Math.ceil(scenario.istiod.cpuCores));
  const settings = istiodOptions(scenario.istiod, profile, gomaxprocs);
  const mesh = new Mesh(scenario.mesh, meshRules(profile, settings));
  const machine = machineOf(sim, costs, gomaxprocs, profile, mesh, streams);
  const trace = options.trace ? new Trace() : undefined;
  const processor = trace?.watching(machine.processor, sim) ?? machine.processor;
  const recorder = createRecorder(sim, profile.countedOnce, run.warmUp, {
    version: scenario.istio,
    cores: gomaxprocs,
    busyNanos: () => processor.busyNanos,
    ...(machine.heap && { heapBytes: () => machine.heap?.bytes ?? 0 }),
    ...(trace && { trace }),
    ...(options.follows && { follows: options.follows }),
  });
  const istiod = createIstiod(
    sim,
    processor,
    {
      profile,
      options: settings,
      mesh,
      cost: machine.cost,
      streams,
      eventsWokenBy: 'network',
      lockContention: costs.lockContention,
      network: drawFrom(costs.network, streams, 'network'),
      envoyApply: drawFrom(costs.envoyApply, streams, 'envoy-apply'),
    },
    recorder,
  );
  for (const proxy of mesh.proxies) istiod.connect(proxy, run.start === 'connected' ? 'synced' : 'cold');
  startSources(
    sim,
    {
      mesh: scenario.mesh,
      proxies: mesh.proxies.map((proxy) => ({ namespace: proxy.shape.namespace, name: proxy.name })),
      events: scenario.events,
      duration: run.duration,
      streams,
      watch: drawFrom(costs.watch, streams, 'watch'),
    },
    istiod.observe,
  );
  for (let step = 1; step <= PROGRESS_STEPS; step++) {
    sim.run(Math.round((run.duration * step) / PROGRESS_STEPS));
    options.onProgress?.(step / PROGRESS_STEPS);
  }
  if (run.kind === 'terminating') sim.run();
  options.onRecording?.(recorder.recording());
  return recorder.result({
    cores: gomaxprocs,
    busyNanos: processor.busyNanos,
    proxies: mesh.proxies.length,
    heapBytes: machine.heap?.bytes ?? 0,
  });
}
