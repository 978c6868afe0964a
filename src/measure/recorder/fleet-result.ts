/** What a run says of its pods, connections and istiods. Times are seconds, sizes bytes. */
import type { Distribution } from './distribution.js';

export interface FleetResult {
  /**
   * From losing its connection, or from its start, until a proxy had an answer to all that it asks for; `first` is the
   * shortest. `waiting`: proxies that nobody served at the end.
   */
  readonly time_to_ready: Distribution & { readonly first: number; readonly waiting: number };
  /** Attempts that found no istiod ready, and those that its limiter refused. */
  readonly refused: { readonly unavailable: number; readonly limited: number };
  readonly connections: {
    readonly opened: number;
    /** Cut off for their age, and how old they were. */
    readonly closed_by_age: Distribution;
    /** Most connections of one istiod over their mean, at the end: 1 is even. */
    readonly imbalance: number;
    /** Cut off because a send took too long. */
    readonly timed_out: number;
  };
  readonly memory: {
    readonly limit: number;
    /** The most that one istiod had in use. */
    readonly heap_max: number;
    /** The most that one whole process took: heap, stacks, runtime. */
    readonly memory_max: number;
    readonly out_of_memory: number;
  };
  /** Each process that there was, by start. */
  readonly istiods: readonly IstiodResult[];
  /** How many were ready, whenever that changed. */
  readonly ready: readonly { readonly at_s: number; readonly istiods: number }[];
  /** What the autoscaler wanted, whenever that changed; empty without one. */
  readonly replicas: readonly { readonly at_s: number; readonly replicas: number }[];
  readonly pods: { readonly started: number; readonly ended: number; readonly ready: number };
  /** Rollouts that are over, from their event until the last new pod was available and the last old one gone. */
  readonly rollouts: Distribution;
  /** Of endpoints that were taken out of service: what proxies still sent to them after they had stopped. */
  readonly dead_requests: DeadRequestsResult;
  /** Services without any endpoint, and routed subsets without any pod. */
  readonly empty_services: EmptinessResult;
  readonly empty_subsets: EmptinessResult;
  /** Other clusters that an istiod served without, because they had not been listed when it began. */
  readonly late_clusters: EmptinessResult;
}

export interface DeadPart {
  /** Of a proxy and an endpoint that had stopped while the proxy still sent to it. */
  readonly pairs: number;
  readonly proxy_seconds: number;
  readonly failed: number;
  readonly longest: number;
}

export interface DeadRequestsResult extends DeadPart {
  /** By NAMESPACE/NAME of the service, and by NAMESPACE/WORKLOAD of who sends: those with most first. */
  readonly services: Readonly<Record<string, DeadPart>>;
  readonly groups: Readonly<Record<string, DeadPart>>;
  /** Pairs at a time, on average from `at_s` to the next. */
  readonly over_time: readonly { readonly at_s: number; readonly pairs: number }[];
}

export interface EmptinessResult {
  readonly times: number;
  readonly seconds: number;
  /** Seconds × proxies that ask for the service's endpoints. */
  readonly proxy_seconds: number;
}

export interface IstiodResult {
  readonly pod: string;
  readonly istio: string;
  readonly started_s: number;
  /** Absent while it lives. */
  readonly ended_s?: number | undefined;
  readonly ended_by?: string | undefined;
  readonly connections: number;
  readonly connections_max: number;
  readonly cpu_seconds: number;
  readonly heap_bytes: number;
  readonly heap_max: number;
  readonly memory_max: number;
  readonly pushes: number;
  readonly queue_depth_max: number;
}
