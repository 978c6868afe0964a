/** The Deployments of istiod: that of the scenario's release, and those of its revisions. */
import { drawFrom } from '../cost/flat.js';
import type { Streams } from '../engine/random/streams.js';
import type { Nanos } from '../engine/time.js';
import { ControlPlane, type ControlPlaneSetup } from './control-plane.js';
import type { FleetSpec, SimulationSpec } from './spec.js';

export interface ControlPlanesSetup extends Pick<ControlPlaneSetup, 'sim' | 'start' | 'onStop' | 'onReplicas'> {
  readonly spec: SimulationSpec;
  readonly fleet: FleetSpec;
  readonly streams: Streams;
  /** Until a pod's process has listed everything, given what it takes for its own cluster. */
  readonly startUp: (pod: string, own: Nanos) => Nanos;
}

/** The first serves every namespace that no revision has. */
export function makePlanes({ spec, fleet, streams, startUp, ...others }: ControlPlanesSetup): ControlPlane[] {
  const all = [{ name: 'istiod', istio: spec.istio }, ...fleet.revisions];
  return all.map(({ name, istio }, i) => {
    const suffix = i === 0 ? '' : `/${name}`;
    const own = drawFrom(fleet.startup, streams, `fleet/istiod-startup${suffix}`);
    const setup = {
      ...others,
      startup: (pod: string) => startUp(pod, own()),
      probe: fleet.probe,
      choice: fleet.connections.choice,
      choose: streams.stream(`fleet/choose${suffix}`),
      name,
    };
    return new ControlPlane(setup, istio);
  });
}
