/** Events that concern pods, connections and istiods, as plain data. */
import type { Nanos } from '../engine/time.js';
import type { ProxySet } from './proxy-set.js';

/** One after the other; all killed at once; one of them killed. */
export type RestartManner = 'rolling' | 'kill' | 'kill-one';

/** NAMESPACE/NAME, NAMESPACE/* or *. */
export type WorkloadPattern = string;

export type FleetEvent =
  | { readonly do: 'restart'; readonly how: RestartManner }
  | { readonly do: 'scaleIstiod'; readonly replicas: number }
  | { readonly do: 'upgrade'; readonly istio: string }
  | RolloutEvent
  | ScaleWorkload
  | { readonly do: 'drain'; readonly zone: string; readonly pods: number; readonly per: Nanos }
  | { readonly do: 'job'; readonly workload: WorkloadPattern }
  | { readonly do: 'slow'; readonly proxies: ProxySet; readonly lasts: Nanos }
  | DropConnections
  | CanaryEvent;

/** `rollout`: those that fit; `deploys`: one of them, drawn each time. */
export interface RolloutEvent {
  readonly do: 'rollout' | 'deploys';
  readonly workload: WorkloadPattern;
  readonly surgePercent?: number | undefined;
  readonly unavailablePercent?: number | undefined;
}

export interface ScaleWorkload {
  readonly do: 'scale';
  readonly workload: WorkloadPattern;
  readonly pods: number;
  /** `pods` is added to what there is. */
  readonly isChange: boolean;
}

export interface DropConnections {
  readonly do: 'drop';
  readonly proxies: ProxySet;
  /** So many of them, drawn each time; undefined: all. */
  readonly count?: number | undefined;
  readonly again?: Nanos | undefined;
  readonly silently: boolean;
}

/**
 * A canary of a service: which objects the tool writes, step by step. `argo` moves the weights of a VirtualService
 * between two subsets of one host; `flagger` between the hosts NAME-primary and NAME-canary; `helm` applies everything
 * at once.
 */
export interface CanaryEvent {
  readonly do: 'canary';
  readonly tool: 'argo' | 'flagger' | 'helm';
  readonly namespace: string;
  readonly name: string;
  /** Shares of traffic, in percent. */
  readonly steps: readonly number[];
  readonly pause: Nanos;
  /** Between the two writes of a step. */
  readonly spacing: Nanos;
  /** `rule-first`: subsets are defined before routes name them, and outlive those routes. */
  readonly order: 'rule-first' | 'route-first';
}
