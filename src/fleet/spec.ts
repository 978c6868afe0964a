/** What a simulation is of: an istiod, a mesh and what happens there; plain data with every default filled in. */
import type { EventSpec, TimelineSpec } from '../cluster/event-spec.js';
import type { Distribution } from '../engine/random/distributions.js';
import type { Nanos } from '../engine/time.js';
import type { IstioVersion } from '../istio/profile.js';
import type { XdsType } from '../istio/xds-types.js';
import type { MeshSpec, ProxySpec, ServiceSpec } from '../mesh/spec.js';
import type { Share } from './deployment.js';

export interface SimulationSpec {
  readonly istio: IstioVersion;
  readonly istiod: IstiodSpec;
  readonly mesh: MeshSpec;
  readonly events: readonly EventSpec[];
  /** Writes that were seen, made again. */
  readonly timeline?: TimelineSpec;
  readonly costs: CostSpec;
  readonly run: RunSpec;
  /** Absent: one istiod that nothing happens to, whose proxies stay connected. */
  readonly fleet?: FleetSpec;
}

export interface IstiodSpec {
  /** Cores istiod may use; GOMAXPROCS is this rounded up. */
  readonly cpuCores: number;
  readonly memoryBytes: number;
  readonly xds: 'sotw' | 'delta';
  /** Only the variables the scenario sets, each checked; as written, except that booleans are `true` or `false`. */
  readonly env: Readonly<Record<string, string>>;
}

/** CPU and size, and the times on the way. */
export interface CostSpec {
  /** `mesh`: derived from what each proxy sees; `flat`: the plain numbers below. */
  readonly model: 'mesh' | 'flat';
  /** Of one core, relative to the one the cost profile was measured on; for the mesh model. */
  readonly speed: number;
  /** Endpoint updates and generators of endpoints exclude each other (istio/istio#44985). */
  readonly lockContention: boolean;
  readonly contextInit: Distribution;
  readonly proxyState: Distribution;
  readonly generate: Readonly<Record<XdsType, Distribution>>;
  readonly bytes: Readonly<Record<XdsType, number>>;
  /** One way between istiod and a proxy. */
  readonly network: Distribution;
  /** From an object's write to the event reaching istiod. */
  readonly watch: Distribution;
  /** Envoy applying one message. */
  readonly envoyApply: Distribution;
}

export interface RunSpec {
  readonly kind: 'terminating' | 'steady-state';
  /** Simulated time after which nothing new is offered; the run ends when the pipeline is idle. */
  readonly duration: Nanos;
  readonly warmUp: Nanos;
  readonly seed: string;
  readonly replications: number;
  /** `connected`: every proxy has its configuration at 0. `cold`: they connect at 0, through the admission limiter. */
  readonly start: 'connected' | 'cold';
}

/** Pods, connections and outages: everything that comes and goes. */
export interface FleetSpec {
  /** istiods at the start. */
  readonly replicas: number;
  readonly autoscale?: AutoscaleSpec;
  readonly connections: ConnectionSpec;
  /** From the start of istiod's process until it has listed everything; the debounce and the first context follow. */
  readonly startup: Distribution;
  /** Readiness probe; period 0: ready as soon as it listens. */
  readonly probe: { readonly delay: Nanos; readonly period: Nanos };
  readonly workloads: readonly WorkloadSpec[];
  /** Namespaces whose proxies belong to another control plane, with a release of its own. */
  readonly revisions: readonly RevisionSpec[];
  /** Other clusters whose services every istiod watches as well; the mesh has them already, merged by host. */
  readonly clusters: readonly RemoteClusterSpec[];
  /** Requests each proxy sends to each endpoint, per second: what fails when the endpoint is gone. */
  readonly requestsPerSecond: number;
}

export interface AutoscaleSpec {
  readonly min: number;
  readonly max: number;
  /** Target, as a share of the request. */
  readonly cpu: number;
  /** Cores that a pod of istiod requests. */
  readonly cpuRequest: number;
}

export interface ConnectionSpec {
  /** After which the server closes a connection, ± 10 %; 0: never. */
  readonly maxAge: Nanos;
  /** How long it waits then for the stream to end by itself, which it never does. */
  readonly grace: Nanos;
  /** kube-proxy picks at random among those that are ready; `least`: who has the fewest. */
  readonly choice: 'random' | 'least';
}

export interface RevisionSpec {
  readonly name: string;
  readonly istio: IstioVersion;
  readonly replicas: number;
  readonly namespaces: readonly string[];
}

export interface RemoteClusterSpec {
  readonly name: string;
  /** From the start of an istiod until it has listed this cluster. */
  readonly sync: Distribution;
  /** Its share of the mesh's services, and its proxies, which are the last of the mesh's, cluster by cluster. */
  readonly services: readonly ServiceSpec[];
  readonly proxies: readonly ProxySpec[];
}

export type WorkloadKind = 'deployment' | 'statefulset' | 'daemonset' | 'job' | 'rollout';

export interface WorkloadSpec {
  readonly kind: WorkloadKind;
  readonly namespace: string;
  readonly name: string;
  readonly pods: number;
  /** NAMESPACE/NAME of the Services whose endpoints its pods are. */
  readonly services: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
  /** From scheduling until the application is ready. */
  readonly startup: Distribution;
  /** How long a pod goes on serving after its deletion. */
  readonly preStop: Nanos;
  /** How long the application takes to end after that; never past the grace period. */
  readonly stopping: Nanos;
  readonly grace: Nanos;
  readonly maxSurge: Share;
  readonly maxUnavailable: Share;
  readonly minReady: Nanos;
  readonly zones: readonly string[];
  /** Jobs: how often one begins (0: never by itself), and how long its pods run. */
  readonly every: Nanos;
  readonly lasts: Nanos;
}
