import type { Stream } from '../engine/random/streams.js';
import { MICROSECOND, type Nanos } from '../engine/time.js';
import type { ConfigKey } from '../mesh/keys.js';
import type { Mesh } from '../mesh/mesh.js';
import type { SidecarScope } from '../mesh/scopes/sidecar-scope.js';
import type { Coefficients } from './coefficients.js';
import type { Heap } from './heap.js';
import type { InFlight, WatchedNames } from './live-bytes.js';
import type { Generation, StateWork, Work } from './model.js';
import type { Quota } from './quota.js';
import { countsOf, inboundPorts, podListenersOf, readyIn, resourcesOf, scopeCountsOf } from './scope-shape.js';
import { shareOf } from './sizes.js';
import { type CacheWarmUp, CodePath } from './warm-up.js';
import type { XdsCache } from './xds-cache.js';
import { type CacheRules, XdsCaches } from './xds-caches.js';

export interface MeshCostOptions {
  readonly coefficients: Coefficients;
  readonly mesh: Mesh;
  readonly cache: CacheRules;
  /** How much faster than the core the coefficients hold for. */
  readonly speed: () => number;
  readonly heap: Heap;
  /** Absent where each P has a core. */
  readonly quota?: Quota | undefined;
  readonly inFlight: InFlight;
  readonly watched: WatchedNames;
  readonly cacheWarmUp: CacheWarmUp;
  /** Chance of the machine. */
  readonly stream: Stream;
  readonly clock: { readonly now: Nanos };
}

/** Missing entries are generated in pieces of this many, so that goroutines that overtake see each other's work. */
const PIECE = 16;

export class GenerationCosts {
  readonly caches: XdsCaches;
  readonly paths = {
    state: new CodePath(),
    cds: new CodePath(),
    eds: new CodePath(),
    lds: new CodePath(),
    rds: new CodePath(),
    sds: new CodePath(),
    nds: new CodePath(),
    ecds: new CodePath(),
    send: new CodePath(),
    finish: new CodePath(),
  };
  readonly c: Coefficients;
  private readonly mesh: Mesh;
  private readonly heap: Heap;
  readonly cacheWarmUp: CacheWarmUp;
  private readonly evaluated = new WeakSet<SidecarScope>();

  constructor(private readonly options: MeshCostOptions) {
    this.c = options.coefficients;
    this.mesh = options.mesh;
    this.heap = options.heap;
    this.cacheWarmUp = options.cacheWarmUp;
    this.caches = new XdsCaches(options.mesh, options.cache);
  }

  plain(micros: number): Nanos {
    return Math.round((micros * MICROSECOND) / this.options.speed());
  }

  /** So much work that allocates so many bytes, with what the collector takes of it and how long it is stopped. */
  charge(work: Nanos, bytes = 0): Nanos {
    const { quota } = this.options;
    const cpu = this.heap.charge(work, bytes);
    const charged = quota === undefined ? cpu : quota.stretch(cpu);
    this.cacheWarmUp.worked(charged);
    return charged;
  }

  /** Of it, `warm` microseconds would have been enough if nothing had been cold: those allocate. */
  nanos(micros: number, warm = micros): Nanos {
    return this.charge(this.plain(micros), warm * this.c.memory.allocatedPerMicrosecond);
  }

  /** A pass over a path that every proxy's push takes. */
  pass(path: CodePath, micros: number): Nanos {
    return this.nanos(this.cacheWarmUp.pass(path, micros), micros);
  }

  stateMicros({ proxy, tables, targets, scope }: StateWork): number {
    const { state } = this.c;
    let micros =
      (targets ? state.targets + state.targetsPerService * this.mesh.serviceCount : state.base) *
      this.cacheWarmUp.factor(this.paths.state);
    if (scope) {
      const found = tables.scopes.of(proxy.shape);
      if (!this.evaluated.has(found) && !this.isEager(found)) {
        this.evaluated.add(found);
        const { virtualServices } = scopeCountsOf(found);
        micros +=
          state.scope +
          state.scopePerService * found.selection.services.length +
          state.scopePerVirtualService * virtualServices;
      }
    }
    return micros;
  }

  /** The context has paid for it: 1.17 evaluates a Sidecar when it builds one, a namespace's default only when asked. */
  private isEager({ sidecar, namespace }: SidecarScope): boolean {
    return this.c.context.perSidecarService > 0 && sidecar?.object.namespace === namespace;
  }

  /** Walks the entries of one message; what is missing is generated piece by piece and offered to the cache. */
  private entries(
    cache: XdsCache<ConfigKey>,
    names: readonly ConfigKey[],
    group: object,
    first: number,
    missBase: number,
    missMicros: (name: ConfigKey) => number,
    start: Nanos | undefined,
  ): Work {
    const missing = cache.missing(names, group);
    if (missing.length === 0) return this.nanos(first);
    let position = 0;
    let pending: ConfigKey[] = [];
    let carried = first + missBase;
    return () => {
      for (const name of pending) cache.write(name, start);
      pending = [];
      let micros = carried;
      carried = 0;
      while (position < missing.length && pending.length < PIECE) {
        const name = missing[position++] as ConfigKey;
        if (cache.has(name)) continue;
        pending.push(name);
        micros += missMicros(name);
      }
      return micros === 0 && pending.length === 0 ? undefined : this.nanos(micros);
    };
  }

  private generateClusters({ scope, gateway, names, start }: Generation): Work {
    const entriesOf = gateway === undefined ? this.caches.clusters.sidecar : this.caches.clusters.gateway;
    const { selection } = scope;
    const total = countsOf(selection).clusters + scopeCountsOf(scope).subsetClusters;
    const { base, hit, walk, missBase, miss } = this.c.cds;
    const first = this.cacheWarmUp.pass(this.paths.cds, base + total * (names === undefined ? hit : walk));
    const keys = names ?? selection.services.map((service) => service.key);
    return this.entries(entriesOf, keys, names ?? selection, first, missBase, () => miss, start);
  }

  private generateEndpoints({ proxy, watched, names, added, start }: Generation): Work {
    const { base, hit, walk, missBase, miss, missPerEndpoint } = this.c.eds;
    if (watched === undefined) return 0;
    const each = names === undefined ? hit : walk;
    const walked = added === undefined ? resourcesOf(watched, this.mesh) * each : 0;
    const looked = names === undefined ? 0 : names.length * hit;
    const first = this.cacheWarmUp.pass(this.paths.eds, base + walked + looked);
    const missMicros = (name: ConfigKey) => miss + missPerEndpoint * readyIn(name, watched, this.mesh);
    const held = this.caches.endpoints[proxy.shape.type];
    return this.entries(held, names ?? watched.list, names ?? watched, first, missBase, missMicros, start);
  }

  private generateListeners({ proxy, scope, gateway }: Generation): Work {
    const { lds } = this.c;
    if (gateway !== undefined) {
      const { ports, gateways } = gateway;
      const micros = lds.gateway + lds.perGatewayPort * ports.length + lds.perGateway * gateways.length;
      return this.pass(this.paths.lds, micros);
    }
    const { clusters, podListeners } = countsOf(scope.selection);
    const pods = podListeners.length === 0 ? 0 : podListenersOf(scope.selection, this.mesh);
    const inbound = lds.perInboundPort * inboundPorts(proxy, this.mesh);
    return this.pass(this.paths.lds, lds.base + lds.perService * (clusters + pods) + inbound);
  }

  /** Gateways' routes are never cached; a hit still hashes all it depends on. */
  private generateRoutes({ scope, gateway, tables, added, start }: Generation): Work {
    const { rds } = this.c;
    const share = shareOf(added);
    if (gateway !== undefined) {
      const attached = tables.boundTo(gateway).virtualServices;
      const micros = rds.gateway * Math.max(1, gateway.routes.size) + rds.gatewayPerVirtualService * attached;
      return this.pass(this.paths.rds, share * micros);
    }
    const { virtualHosts } = countsOf(scope.selection);
    const { virtualServices, extraRoutes } = scopeCountsOf(scope);
    const routes = rds.perRoute * Math.max(0, extraRoutes - virtualServices);
    if (this.caches.hasRoutes(scope)) {
      const micros = routes + rds.hit + rds.hitPerService * virtualHosts + rds.hitPerVirtualService * virtualServices;
      return this.pass(this.paths.rds, share * micros);
    }
    let isDone = false;
    return () => {
      if (isDone) {
        if (added === undefined) this.caches.writeRoutes(scope, start);
        return undefined;
      }
      isDone = true;
      const micros =
        routes + rds.miss + rds.missPerService * virtualHosts + rds.missPerVirtualService * virtualServices;
      return this.nanos(share * micros);
    };
  }

  generate(generation: Generation): Work {
    switch (generation.type) {
      case 'cds':
        return this.generateClusters(generation);
      case 'eds':
        return this.generateEndpoints(generation);
      case 'lds':
        return this.generateListeners(generation);
      case 'rds':
        return this.generateRoutes(generation);
      default:
        return this.pass(this.paths[generation.type], 20);
    }
  }
}
