/** One process of istiod: its own informers, mesh, machine, heap, metrics and random numbers. */

import type { Processor } from '../engine/cpu/processor.js';
import { streams as createStreams, type Streams } from '../engine/random/streams.js';
import type { Simulation } from '../engine/simulation.js';
import type { Nanos } from '../engine/time.js';
import { type IstioVersion, type Profile, profileOf } from '../istio/profile.js';
import type { Recorder } from '../measure/recorder/recorder-options.js';
import { traced } from '../measure/recorder/traced.js';
import { Trace } from '../measure/timeline/trace.js';
import type { KeyInterner } from '../mesh/keys.js';
import { Mesh } from '../mesh/mesh.js';
import type { Proxy } from '../mesh/proxies.js';
import type { MeshSpec } from '../mesh/spec.js';
import type { Envoy } from '../pipeline/7-proxy/envoy.js';
import { createIstiod, type Istiod } from '../pipeline/istiod.js';
import { meshRules } from '../pipeline/options.js';
import { istiodOptions } from './istiod-options.js';
import { type IstiodBehaviour, type Machine, machineOf } from './machine.js';
import type { SimulationSpec } from './spec.js';

export interface IstiodProcess {
  /** From 0, by start. */
  readonly serial: number;
  readonly pod: string;
  readonly istio: IstioVersion;
  readonly startedAt: Nanos;
  readonly istiod: Istiod;
  readonly machine: Machine;
  readonly recorder: Recorder;
  readonly trace: Trace | undefined;
  /** Quiet it needs before the first push context is built, and the CPU of that. */
  readonly settling: Nanos;
  /** Whose streams end here. */
  readonly envoys: Set<Envoy>;
  ended: { readonly at: Nanos; readonly why: string; readonly busy: Nanos; readonly heap: number } | undefined;
  connectionsMax: number;
}

export interface ProcessSetup {
  readonly sim: Simulation;
  readonly spec: SimulationSpec;
  readonly replication: number;
  readonly cores: number;
  readonly keys: KeyInterner;
  readonly proxies: readonly Proxy[];
  /** Of istiods of the scenario's own release; default: that of the release. */
  readonly behaviour?: IstiodBehaviour | undefined;
  /** Each istiod also records what ran when. */
  readonly trace?: boolean | undefined;
  readonly recorderOf: (machine: Machine, profile: Profile, istio: IstioVersion) => Recorder;
}

/** The first process has the streams that a single istiod has, so that it meets the same randomness. */
export function streamsOf(setup: Pick<ProcessSetup, 'spec' | 'replication'>, serial: number): Streams {
  const all = createStreams(setup.spec.run.seed, setup.replication);
  if (serial === 0) return all;
  return { stream: (purpose, entity) => all.stream(`istiod-${serial}/${purpose}`, entity) };
}

export function startProcess(
  setup: ProcessSetup,
  { serial, pod, istio }: Pick<IstiodProcess, 'serial' | 'pod' | 'istio'>,
  meshSpec: MeshSpec,
): IstiodProcess {
  const { sim, spec, cores, keys, proxies } = setup;
  const { costs } = spec;
  const streams = streamsOf(setup, serial);
  const behaviour =
    setup.behaviour !== undefined && istio === spec.istio ? setup.behaviour : { profile: profileOf(istio) };
  const { profile } = behaviour;
  const options = istiodOptions(spec.istiod, profile, cores);
  const mesh = new Mesh(meshSpec, meshRules(profile, options), keys, proxies);
  const envoys = new Set<Envoy>();
  const trace = setup.trace ? new Trace() : undefined;
  const watching = trace && ((processor: Processor) => trace.watching(processor, sim));
  const machine = machineOf(sim, costs, cores, behaviour, mesh, streams, watching, spec.istiod);
  const measuring = setup.recorderOf(machine, profile, istio);
  const recorder = trace === undefined ? measuring : traced(measuring, trace, sim);
  const { processor, cost } = machine;
  const istiod = createIstiod(
    sim,
    processor,
    { profile, options, streams, mesh, cost, lockContention: costs.lockContention, eventsWokenBy: 'network' },
    recorder,
  );
  const context = serial === 0 ? 0 : cost.contextInit(undefined, mesh.tables(1));
  return {
    serial,
    pod,
    istio,
    startedAt: sim.now,
    istiod,
    machine,
    recorder,
    trace,
    settling: options.debounceAfter + context,
    envoys,
    ended: undefined,
    connectionsMax: 0,
  };
}
