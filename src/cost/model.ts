/**
 * What the pipeline asks of a cost model: nanoseconds of CPU for each piece of istiod's work and the size of each
 * message. The flat model answers from a table; the mesh model derives both from what the proxy sees.
 */
import type { Nanos } from '../engine/time.js';
import type { ConfigKey } from '../mesh/keys.js';
import type { MeshTables } from '../mesh/mesh.js';
import type { Proxy } from '../mesh/proxies.js';
import type { SidecarScope } from '../mesh/sidecar-scope.js';
import type { ConfigKind } from '../mesh/spec.js';
import type { XdsType } from '../mesh/xds-types.js';

/** One run of one generator for one proxy. */
export interface Generation {
  readonly type: XdsType;
  readonly proxy: Proxy;
  readonly scope: SidecarScope;
  readonly tables: MeshTables;
  /** Services whose resources are generated; undefined: everything the proxy watches of the type. */
  readonly names: readonly ConfigKey[] | undefined;
  /** Only the changed resources are sent. */
  readonly delta: boolean;
  /** The push's start, which decides whether its results may enter the cache; undefined for answers to requests before the first push. */
  readonly start: Nanos | undefined;
}

export interface CostModel {
  /** Building a push context after changes of `kinds` (`undefined`: everything), with the tables it results in. */
  contextInit(kinds: ReadonlySet<ConfigKind> | undefined, tables: MeshTables): Nanos;
  /** Recomputing one proxy's state on a push. */
  proxyState(proxy: Proxy): Nanos;
  /** Generating and handing to the transport. */
  generate(generation: Generation): Nanos;
  /** Drops what the xDS caches hold because of these keys (`undefined`: everything). */
  invalidate(keys: Iterable<ConfigKey> | undefined, now: Nanos): void;
  /** Serialised resources of the message; undefined where the model knows no sizes. */
  bytes(generation: Generation): number;
}
