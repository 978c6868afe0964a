/**
 * What the pipeline asks of a cost model: nanoseconds of CPU for each piece of istiod's work and the size of each
 * message. The flat model answers from a table; the mesh model derives both from what the proxy sees.
 */
import type { Goroutine } from '../engine/cpu/processor.js';
import type { Nanos } from '../engine/time.js';
import type { ContextPart } from '../istio/context-parts.js';
import type { XdsType } from '../istio/xds-types.js';
import type { MergedGateway } from '../mesh/config/gateway-table.js';
import type { ConfigKey } from '../mesh/keys.js';
import type { MeshTables } from '../mesh/mesh.js';
import type { Proxy } from '../mesh/proxies.js';
import type { SidecarScope } from '../mesh/scopes/sidecar-scope.js';
import type { NameSet } from '../mesh/services/service-table.js';

/** CPU of one watch event: in the informer, and in the handler that tells the debounce of it. */
export interface HandlerWork {
  readonly decode: Nanos;
  readonly handle: Nanos;
}

/** One run of one generator for one proxy. */
export interface Generation {
  readonly type: XdsType;
  readonly proxy: Proxy;
  readonly scope: SidecarScope;
  readonly gateway: MergedGateway | undefined;
  readonly tables: MeshTables;
  /** Services whose resources are generated; undefined: everything the proxy watches of the type. */
  readonly names: readonly ConfigKey[] | undefined;
  /** Of an answer to a changed subscription: only what is new in it is generated. */
  readonly added: Added | undefined;
  /** Services whose endpoints the proxy watches. */
  readonly watched: NameSet<ConfigKey> | undefined;
  /** Only the changed resources are sent. */
  readonly delta: boolean;
  /** Whether anything is sent; a generator may find nothing to say. */
  readonly sends: boolean;
  /**
   * The push's start, which decides whether its results may enter the cache; undefined for answers to proxies that no
   * push has reached yet.
   */
  readonly start: Nanos | undefined;
}

/** So many of the resources that the proxy watches now are new to it. */
export interface Added {
  readonly resources: number;
  readonly watched: number;
}

/** One recomputation of a proxy's state. */
export interface StateWork {
  readonly proxy: Proxy;
  readonly tables: MeshTables;
  /** Whether the proxy's own services are looked up, too. */
  readonly targets: boolean;
  /** Whether its sidecar scope is looked up: the first proxy of a scope pays for evaluating it. */
  readonly scope: boolean;
}

/**
 * CPU time in one piece, or in several that are asked for one after the other: what a later piece costs may depend on
 * what other goroutines put into the caches meanwhile.
 */
export type Work = Nanos | (() => Nanos | undefined);

/** What a watch event is about, for the cost of handling it. */
export type HandlerKind = 'service' | 'endpoints' | 'config' | 'secret';

/** Of an EndpointSlice that was written, and of its service. */
export interface SliceSize {
  readonly addresses: number;
  readonly endpoints: number;
}

export interface CostModel {
  /** Building a push context that rebuilds `parts` (`undefined`: all, from scratch), with the tables it results in. */
  contextInit(parts: ReadonlySet<ContextPart> | undefined, tables: MeshTables): Nanos;
  proxyState(work: StateWork): Nanos;
  /** Whether the goroutine may begin work that allocates; else it parks, and is woken when it may. */
  admits(goroutine: Goroutine): boolean;
  /** Generating the resources of one message. */
  generate(generation: Generation): Work;
  /** Bytes of the message's serialised resources as they are now, not rounded: what is generated later may be larger. */
  size(generation: Generation): number;
  /** Handing the generated message of this size to the transport. */
  send(generation: Generation, size: number): Nanos;
  /** After a push whose last message was this large: what its stream has to do when the slot is free again. */
  finish(size: number, proxy: number): Nanos;
  /** A push drops what the xDS caches hold because of these keys (`undefined`: everything). */
  invalidate(keys: Iterable<ConfigKey> | undefined, now: Nanos): void;
  /** The endpoint index changed: entries that depend on the service are dropped, push or no push. */
  endpointsChanged(service: ConfigKey, now: Nanos): void;
  /** Handling one watch event; of a slice, with so many addresses in it and endpoints in all its service has. */
  handler(kind: HandlerKind, slice?: SliceSize): HandlerWork;
  /** Receiving one update in the debounce loop. */
  merge(): Nanos;
  /** Queueing this many connections. */
  enqueue(connections: number): Nanos;
  /** Taking one connection from the queue and starting its sender. */
  dispatch(): Nanos;
  /** This proxy's stream is open, and its requests so far have named so many resources. */
  attached(proxy: number, names: number): void;
  /** It is gone, and so is what istiod kept of it. */
  detached(proxy: number): void;
  /** Reading one request of this proxy that lists so many names; it has the message before. */
  acknowledge(names: number, proxy: number): Nanos;
  /** Setting up one stream. */
  connect(): Nanos;
}
