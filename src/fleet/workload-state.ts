/** What is known of a workload and its pods. */
import type { ClusterState } from '../cluster/cluster-state.js';
import type { Cause } from '../cluster/fleet-actions.js';
import type { Simulation } from '../engine/simulation.js';
import type { Nanos } from '../engine/time.js';
import type { Envoy } from '../pipeline/7-proxy/envoy.js';
import type { Connections } from './connections.js';
import type { Allowance } from './deployment.js';
import { type Pod, PodSet } from './pod-set.js';
import type { WorkloadSpec } from './spec.js';

export class Workload {
  /** Pods of the generation at hand, and of those before; without those that are terminating. */
  current = new PodSet();
  old = new PodSet();
  /** Terminating ones as well. */
  podCount = 0;
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

  get ready(): number {
    return this.current.ready + this.old.ready;
  }

  /** The set that the pod is in. */
  setOf({ generation }: Pod): PodSet {
    return generation === this.generation ? this.current : this.old;
  }

  /** What there is becomes old. */
  nextGeneration(): void {
    this.generation += 1;
    this.old.addAll(this.current);
    this.current = new PodSet();
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
  /** How many proxies ask for the endpoints of a service. */
  readonly askers: (namespace: string, host: string) => number;
}
