/** What is known of a workload and its pods. */
import type { ClusterState } from '../cluster/cluster-state.js';
import type { Cause } from '../cluster/fleet-actions.js';
import type { Simulation } from '../engine/simulation.js';
import type { Nanos } from '../engine/time.js';
import type { Envoy } from '../pipeline/7-proxy/envoy.js';
import type { Connections } from './connections.js';
import type { Allowance } from './deployment.js';
import type { WorkloadSpec } from './spec.js';

export interface Pod {
  readonly envoy: Envoy;
  readonly generation: number;
  readonly zone: string | undefined;
  readonly createdAt: Nanos;
  appReady: boolean;
  phase: 'starting' | 'ready' | 'terminating';
  /** Ready for as long as the workload asks for. */
  isAvailable: boolean;
}

export class Workload {
  pods: Pod[] = [];
  generation = 1;
  desired: number;
  allowance: Allowance | undefined;
  /** Since when a rollout goes on; undefined: none does. */
  rollsSince: Nanos | undefined;
  cause: Cause | undefined;
  made = 0;

  constructor(
    readonly spec: WorkloadSpec,
    readonly startup: () => Nanos,
  ) {
    this.desired = spec.kind === 'job' ? 0 : spec.pods;
  }
}

export interface WorkloadsSetup {
  readonly sim: Simulation;
  readonly cluster: ClusterState;
  readonly connections: Connections;
  readonly drawStartup: (workload: WorkloadSpec) => () => Nanos;
  /** An Envoy that nobody uses, for another pod of this workload; made when there is none. */
  readonly envoyFor: (workload: WorkloadSpec) => Envoy;
  readonly free: (workload: WorkloadSpec, envoy: Envoy) => void;
}

/** Not ready first, then the youngest. */
export function victims(pods: readonly Pod[]): readonly Pod[] {
  const rank = ({ phase }: Pod) => (phase === 'ready' ? 1 : 0);
  return [...pods].reverse().sort((a, b) => rank(a) - rank(b) || b.createdAt - a.createdAt);
}
