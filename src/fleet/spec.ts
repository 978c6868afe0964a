/** What a simulation is of: an istiod, a mesh and what happens there; plain data with every default filled in. */
import type { EventSpec, TimelineSpec } from '../cluster/event-spec.js';
import type { Distribution } from '../engine/random/distributions.js';
import type { Nanos } from '../engine/time.js';
import type { IstioVersion } from '../istio/profile.js';
import type { XdsType } from '../istio/xds-types.js';
import type { MeshSpec } from '../mesh/spec.js';

export interface SimulationSpec {
  readonly istio: IstioVersion;
  readonly istiod: IstiodSpec;
  readonly mesh: MeshSpec;
  readonly events: readonly EventSpec[];
  /** Writes that were seen, made again. */
  readonly timeline?: TimelineSpec;
  readonly costs: CostSpec;
  readonly run: RunSpec;
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
