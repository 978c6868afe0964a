/** What happens in the cluster, and when: the events of a simulation as plain data, every default filled in. */
import type { Nanos } from '../engine/time.js';
import type { ConfigKind } from '../istio/kinds.js';
import type { XdsType } from '../istio/xds-types.js';
import type { ConfigObject, PodSpec, PortSpec, ServiceSpec, SliceSpec } from '../mesh/spec.js';
import type { FleetEvent } from './fleet-events.js';
import type { ProxySet } from './proxy-set.js';

export type { ProxySet } from './proxy-set.js';

/** When something happens: `count` times from `at`, `every` apart; or at exponential gaps while inside [at, until). */
export type Timing =
  | { readonly kind: 'times'; readonly at: Nanos; readonly count: number; readonly every: Nanos }
  | { readonly kind: 'poisson'; readonly at: Nanos; readonly until: Nanos; readonly meanGap: Nanos };

export interface EventSpec {
  /** Keys its random stream; unique in the file. */
  readonly name: string;
  /** Who writes, in reports, if not the event by its name: several events may have one source. */
  readonly source?: string;
  readonly when: Timing;
  readonly what: EventEffect;
}

/** A file of timed writes that is replayed. */
export interface TimelineSpec {
  /** As the scenario names it. */
  readonly file: string;
  /** Where it is. */
  readonly path: string;
  /** When the timeline began, RFC 3339; empty when the file does not tell. */
  readonly starts: string;
  /** So many of the mesh's slices, the last ones, are from the file. */
  readonly slices: number;
  /** Part of the timeline that is replayed, in its own time; what was written before is there at the start. */
  readonly from: Nanos;
  readonly until: Nanos | undefined;
  /** So many times as fast as it was. */
  readonly speedUp: number;
}

export type EventEffect =
  | CreateObjects
  | ApplyObjects
  | UpdateObject
  | DeleteObject
  | ChangeEndpoints
  | RejectMessages
  | { readonly do: 'proxyUpdate'; readonly target: Target }
  | { readonly do: 'forcedPush' }
  | FleetEvent;

export interface UpdateObject {
  readonly do: 'update';
  readonly kind: WritableKind;
  readonly target: Target;
  readonly change: 'spec' | 'metadata' | 'status';
}

export interface DeleteObject {
  readonly do: 'delete';
  readonly kind: DeletableKind;
  readonly target: Target;
}

export interface ChangeEndpoints {
  readonly do: 'endpoints';
  readonly target: Target;
  readonly ready: ReadyChange;
  /** Those with exactly these labels, where endpoints have some. */
  readonly labels?: Readonly<Record<string, string>>;
}

/** What a scenario may write: a Kubernetes Service, an EndpointSlice (by `endpoints`), or a config kind. */
export type WritableKind = 'Service' | Exclude<ConfigKind, 'Endpoints' | 'DNSName' | 'Address' | 'MeshConfig'>;

/** Whatever can be applied. */
export type DeletableKind = WritableKind | 'EndpointSlice' | 'Pod';

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
  readonly objects: readonly AppliedObject[];
  readonly spacing: Nanos;
}

export type AppliedObject =
  | { readonly of: 'config'; readonly object: ConfigObject }
  | { readonly of: 'service'; readonly service: ServiceSpec }
  | { readonly of: 'slice'; readonly slice: SliceSpec }
  | { readonly of: 'pod'; readonly pod: PodSpec };

/** Proxies that answer messages of some types with a NACK for a while, and keep the configuration they have. */
export interface RejectMessages {
  readonly do: 'reject';
  readonly proxies: ProxySet;
  readonly types: readonly XdsType[];
  readonly lasts: Nanos;
}

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
