/**
 * A scenario after validation: frozen, every default filled in, every number in its base unit (nanoseconds, bytes,
 * cores). The YAML form is described by `schema.ts`; this is what the rest of the program works with.
 */
import type { Distribution } from '../engine/random/distributions.js';
import type { Nanos } from '../engine/time.js';
import type { ConfigKind, ConfigObject, MeshSpec, PortSpec } from '../mesh/spec.js';

export type IstioVersion = '1.17' | '1.30' | '1.32-dev';

export interface Scenario {
  readonly name: string;
  readonly description: string;
  readonly istio: IstioVersion;
  readonly istiod: IstiodSpec;
  readonly mesh: MeshSpec;
  readonly events: readonly EventSpec[];
  readonly costs: CostSpec;
  readonly run: RunSpec;
  readonly thresholds: readonly ThresholdSpec[];
}

export interface IstiodSpec {
  /** Cores istiod may use; GOMAXPROCS is this rounded up. */
  readonly cpuCores: number;
  readonly memoryBytes: number;
  readonly xds: 'sotw' | 'delta';
  /** Only the variables the scenario sets, each checked; as written, except that booleans are `true` or `false`. */
  readonly env: Readonly<Record<string, string>>;
}

/** When something happens: `count` times from `at`, `every` apart; or at exponential gaps while inside [at, until). */
export type Timing =
  | { readonly kind: 'times'; readonly at: Nanos; readonly count: number; readonly every: Nanos }
  | { readonly kind: 'poisson'; readonly at: Nanos; readonly until: Nanos; readonly meanGap: Nanos };

export interface EventSpec {
  /** Names the source in reports and keys its random stream; unique in the file. */
  readonly name: string;
  readonly when: Timing;
  readonly what: EventEffect;
}

export type EventEffect =
  | CreateObjects
  | ApplyObjects
  | {
      readonly do: 'update';
      readonly kind: WritableKind;
      readonly target: Target;
      readonly change: 'spec' | 'metadata' | 'status';
    }
  | { readonly do: 'delete'; readonly kind: WritableKind; readonly target: Target }
  | { readonly do: 'endpoints'; readonly target: Target; readonly ready: ReadyChange }
  | RejectMessages
  | { readonly do: 'proxyUpdate'; readonly target: Target }
  | { readonly do: 'forcedPush' };

/** What a scenario may write: a Kubernetes Service, an EndpointSlice (by `endpoints`), or a config kind. */
export type WritableKind =
  | 'Service'
  | Exclude<ConfigKind, 'Endpoints' | 'DNSName' | 'Address' | 'MeshConfig' | 'TrafficExtension'>;

export interface CreateObjects {
  readonly do: 'create';
  /** Created in this order, `spacing` apart, within one repetition. Names get the repetition's number appended. */
  readonly kinds: readonly WritableKind[];
  readonly spacing: Nanos;
  readonly namespace: string;
  readonly name: string;
  /** For a Service in `kinds`. */
  readonly ports: readonly PortSpec[];
  /** Ready endpoints written with the Service (0: an empty EndpointSlice). */
  readonly endpoints: number;
  /** Labels of the gateway pods a created Gateway selects. */
  readonly gatewaySelector: Readonly<Record<string, string>>;
}

/** As `kubectl apply`: creates what is not there, updates what differs, and writes nothing where nothing does. */
export interface ApplyObjects {
  readonly do: 'apply';
  /** In this order, `spacing` apart. */
  readonly objects: readonly ConfigObject[];
  readonly spacing: Nanos;
}

/** Proxies that answer messages of some types with a NACK for a while, and keep the configuration they have. */
export interface RejectMessages {
  readonly do: 'reject';
  readonly proxies: ProxySet;
  readonly types: readonly CostedType[];
  readonly lasts: Nanos;
}

/** All, those of a namespace, or one by name; the name of a group stands for all of it. */
export type ProxySet =
  | { readonly pick: 'all' }
  | { readonly pick: 'namespace'; readonly namespace: string }
  | { readonly pick: 'named'; readonly namespace: string; readonly name: string };

/** `any`: drawn uniformly from those of the kind (in `namespace` if given); `each`: in turn; or one by name. */
export type Target =
  | { readonly pick: 'any'; readonly namespace?: string }
  | { readonly pick: 'each'; readonly namespace?: string }
  | { readonly pick: 'named'; readonly namespace: string; readonly name: string };

export type ReadyChange =
  | { readonly set: number }
  | { readonly add: number }
  /** Alternately one more and one fewer. */
  | { readonly flap: number }
  /** Drawn anew each time, uniformly. */
  | { readonly least: number; readonly most: number };

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
  readonly generate: Readonly<Record<CostedType, Distribution>>;
  readonly bytes: Readonly<Record<CostedType, number>>;
  /** One way between istiod and a proxy. */
  readonly network: Distribution;
  /** From an object's write to the event reaching istiod. */
  readonly watch: Distribution;
  /** Envoy applying one message. */
  readonly envoyApply: Distribution;
}

export type CostedType = 'cds' | 'eds' | 'lds' | 'rds' | 'nds' | 'sds' | 'ecds';

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

export interface ThresholdSpec {
  /** As written, e.g. `staleness.p99 < 2s`. */
  readonly text: string;
  readonly metric: string;
  readonly statistic: string;
  readonly comparison: '<' | '<=' | '>' | '>=' | '==';
  /** Seconds for times, else the plain number. */
  readonly limit: number;
}
