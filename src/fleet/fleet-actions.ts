/** What events do to the fleet. */
import type { FleetActions } from '../cluster/fleet-actions.js';
import type { Simulation } from '../engine/simulation.js';
import type { Nanos } from '../engine/time.js';
import type { IstioVersion } from '../istio/profile.js';
import type { Envoy } from '../pipeline/7-proxy/envoy.js';
import type { Holds } from '../pipeline/7-proxy/holds.js';
import type { Connections } from './connections.js';
import type { ControlPlane } from './control-plane.js';
import type { Workloads } from './workloads.js';

/** The fleet as far as events act upon it. */
interface Acted {
  readonly sim: Simulation;
  readonly envoys: readonly Envoy[];
  readonly connections: Connections;
  readonly workloads: Workloads;
}

export function fleetActions(fleet: Acted, plane: ControlPlane, holds: Holds): FleetActions {
  return {
    restartIstiod: (how) => {
      if (how === 'rolling') plane.roll();
      else for (const pod of [...plane.ready].slice(0, how === 'kill' ? undefined : 1)) plane.kill(pod, 'SIGKILL');
    },
    scaleIstiod: (replicas) => plane.scale(replicas),
    upgradeIstiod: (istio) => plane.roll(istio as IstioVersion),
    rollout: (workload, cause, allowance) => fleet.workloads.rollout(workload, cause, allowance),
    workloads: (pattern) => fleet.workloads.names(pattern),
    scaleWorkload: (workload, to, cause) => fleet.workloads.scale(workload, to, cause),
    evict: (zone, pods, cause) => fleet.workloads.evict(zone, pods, cause),
    runJob: (workload, cause) => fleet.workloads.runJob(workload, cause),
    hold: (proxies, until) => {
      for (const proxy of proxies) holds.add(proxy, until);
    },
    drop: (proxies, again, silently) => {
      for (const id of proxies) drop(fleet, fleet.envoys[id]!, again, silently);
    },
  };
}

function drop({ connections, sim }: Acted, envoy: Envoy, again: Nanos | undefined, silently: boolean): void {
  if (!envoy.isConnected) return;
  if (again === undefined && !silently) {
    envoy.cut();
    return;
  }
  if (silently) connections.vanish(envoy);
  else envoy.disconnect();
  sim.after(again ?? 0, () => {
    if (!envoy.isConnected) connections.starts(envoy);
  });
}
