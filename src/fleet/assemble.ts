/**
 * One simulation wired up: the mesh, the machine, istiod, and its proxies connected. Scenarios and replays of recordings
 * are both assembled here; they differ in what drives istiod afterwards.
 */
import type { Streams } from '../engine/random/streams.js';
import { Simulation } from '../engine/simulation.js';
import type { Nanos } from '../engine/time.js';
import type { Profile } from '../istio/profile.js';
import { Mesh } from '../mesh/mesh.js';
import type { MeshSpec } from '../mesh/spec.js';
import { createIstiod, type Istiod, type IstiodSetup } from '../pipeline/istiod.js';
import type { Observer } from '../pipeline/observer.js';
import { type IstiodOptions, meshRules } from '../pipeline/options.js';
import type { Machine } from './machine.js';
import { createProxies, type Proxies } from './proxies.js';

export interface Assembled<O extends Observer> {
  readonly sim: Simulation;
  readonly mesh: Mesh;
  readonly machine: Machine;
  readonly observer: O;
  readonly istiod: Istiod;
  readonly proxies: Proxies;
  readonly onTimerDue: IstiodSetup['onTimerDue'];
}

export interface AssembleSetup<O extends Observer> extends Pick<IstiodSetup, 'lockContention' | 'eventsWokenBy'> {
  readonly mesh: MeshSpec;
  readonly profile: Profile;
  readonly options: IstiodOptions;
  readonly streams: Streams;
  readonly start: 'connected' | 'cold';
  /** Draw one-way delays and Envoy's time to apply a message. */
  readonly network: () => Nanos;
  readonly envoyApply: () => Nanos;
  readonly machineOf: (sim: Simulation, mesh: Mesh) => Machine;
  /** When istiod notices its timers; at once if absent. */
  readonly onTimerDueOf?: (sim: Simulation, machine: Machine) => NonNullable<IstiodSetup['onTimerDue']>;
  /** Made once the clock and the machine are there; its `processor` is the one that runs, traced or not. */
  readonly observerOf: (sim: Simulation, machine: Machine) => O;
}

export function assemble<O extends Observer>(setup: AssembleSetup<O>): Assembled<O> {
  const { profile, options, streams, network, envoyApply } = setup;
  const sim = new Simulation();
  const mesh = new Mesh(setup.mesh, meshRules(profile, options));
  const machine = setup.machineOf(sim, mesh);
  const observer = setup.observerOf(sim, machine);
  const { processor, cost } = machine;
  const onTimerDue = setup.onTimerDueOf?.(sim, machine);
  const istiod = createIstiod(
    sim,
    processor,
    { ...setup, mesh, cost, ...(onTimerDue === undefined ? {} : { onTimerDue }) },
    observer,
  );
  const proxies = createProxies(sim, { proxies: mesh.proxies, xds: options.xds, network, envoyApply, streams });
  for (const envoy of proxies.envoys) {
    if (setup.start === 'connected') envoy.resume(istiod);
    else envoy.connect(istiod);
  }
  return { sim, mesh, machine, observer, istiod, proxies, onTimerDue };
}
