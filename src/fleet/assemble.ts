/** A scenario wired up and ready to run: the mesh, the machine, istiod with its proxies connected, and the event sources. */

import { startSources } from '../cluster/event-sources.js';
import { drawFrom } from '../cost/flat.js';
import type { Processor } from '../engine/cpu/processor.js';
import { streams as createStreams } from '../engine/random/streams.js';
import { Simulation } from '../engine/simulation.js';
import { PROFILES } from '../istio/profiles.js';
import type { Trace } from '../measure/timeline/trace.js';
import { Mesh } from '../mesh/mesh.js';
import { createIstiod } from '../pipeline/istiod.js';
import type { Observer } from '../pipeline/observer.js';
import { meshRules } from '../pipeline/options.js';
import type { Scenario } from '../scenario/scenario.js';
import { istiodOptions } from './istiod-options.js';
import { type Machine, machineOf } from './machine.js';

export interface Assembled<P extends Observer> {
  readonly sim: Simulation;
  readonly mesh: Mesh;
  readonly machine: Machine;
  readonly observer: P;
}

export interface AssembleOptions<P extends Observer> {
  /** Which of the scenario's replications, from 0. */
  readonly replication: number;
  /** Also told what runs when. */
  readonly trace: Trace | undefined;
  /** Made once the clock and the machine are there; its `processor` is the one that runs, traced or not. */
  readonly observerFor: (sim: Simulation, machine: Machine) => P;
}

/** GOMAXPROCS as Go sets it from a CPU limit. */
export function wholeCores(scenario: Scenario): number {
  return Math.max(1, Math.ceil(scenario.istiod.cpuCores));
}

export function assemble<P extends Observer>(scenario: Scenario, options: AssembleOptions<P>): Assembled<P> {
  const { run, costs } = scenario;
  const sim = new Simulation();
  const streams = createStreams(run.seed, options.replication);
  const profile = PROFILES[scenario.istio];
  const gomaxprocs = wholeCores(scenario);
  const settings = istiodOptions(scenario.istiod, profile, gomaxprocs);
  const mesh = new Mesh(scenario.mesh, meshRules(profile, settings));
  const { trace } = options;
  const watching = trace && ((processor: Processor) => trace.watching(processor, sim));
  const machine = machineOf(sim, costs, gomaxprocs, profile, mesh, streams, watching);
  const observer = options.observerFor(sim, machine);
  const istiod = createIstiod(
    sim,
    machine.processor,
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
    observer,
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
      reject: istiod.reject,
    },
    istiod.observe,
  );
  return { sim, mesh, machine, observer };
}
