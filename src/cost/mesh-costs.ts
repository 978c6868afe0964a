/**
 * The mesh cost model: CPU from what is built, for whom, and what the caches hold. The first proxy of its kind pays for
 * what later ones find; who may fill the caches follows istiod's own rules, which is why endpoint churn during a push
 * makes it several times as expensive.
 */
import { sampler } from '../engine/random/distributions.js';
import type { Stream } from '../engine/random/streams.js';
import { MICROSECOND, type Nanos } from '../engine/time.js';
import type { ConfigKey } from '../mesh/keys.js';
import type { Mesh } from '../mesh/mesh.js';
import type { SidecarScope } from '../mesh/scopes/sidecar-scope.js';
import type { Coefficients } from './coefficients.js';
import { contextMicros } from './context-costs.js';
import { Dispatches } from './dispatch.js';
import type { Heap } from './heap.js';
import type { InFlight, WatchedNames } from './live-bytes.js';
import type { CostModel, Generation, StateWork, Work } from './model.js';
import type { Quota } from './quota.js';
import { countsOf, inboundPorts, readyIn, resourcesOf, scopeCountsOf } from './scope-shape.js';
import { shareOf, sizeOf } from './sizes.js';
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

/** A handler's time relative to the usual: of 1,036 recorded ones. */
const drawHandlerPace = sampler({ kind: 'lognormal', median: 1, sigma: 0.18 });

export function meshCostModel({
  coefficients,
  mesh,
  cache,
  speed,
  heap,
  quota,
  inFlight,
  watched: watchedNames,
  cacheWarmUp,
  stream,
  clock,
}: MeshCostOptions): CostModel {
  const c = coefficients;
  const caches = new XdsCaches(mesh, cache);
  const evaluated = new WeakSet<SidecarScope>();
  const paths = {
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
  const dispatches = new Dispatches(c.steps, plain, stream, clock);

  function plain(micros: number): Nanos {
    return Math.round((micros * MICROSECOND) / speed());
  }

  function charge(work: Nanos, bytes = 0): Nanos {
    const cpu = heap.charge(work, bytes);
    const charged = quota === undefined ? cpu : quota.stretch(cpu);
    cacheWarmUp.worked(charged);
    return charged;
  }

  /** Of it, `warm` microseconds would have been enough if nothing had been cold: those allocate. */
  function nanos(micros: number, warm = micros): Nanos {
    return charge(plain(micros), warm * c.memory.allocatedPerMicrosecond);
  }

  /** A pass over a path that every proxy's push takes. */
  function pass(path: CodePath, micros: number): Nanos {
    return nanos(cacheWarmUp.pass(path, micros), micros);
  }

  function stateMicros({ proxy, tables, targets, scope }: StateWork): number {
    const { state } = c;
    let micros =
      (targets ? state.targets + state.targetsPerService * mesh.serviceCount : state.base) *
      cacheWarmUp.factor(paths.state);
    if (scope) {
      const found = tables.scopes.of(proxy.shape);
      if (!evaluated.has(found) && !isEager(found)) {
        evaluated.add(found);
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
  function isEager({ sidecar, namespace }: SidecarScope): boolean {
    return c.context.perSidecarService > 0 && sidecar?.object.namespace === namespace;
  }

  /** Walks the entries of one message; what is missing is generated piece by piece and offered to the cache. */
  function entries(
    cache: XdsCache<ConfigKey>,
    names: readonly ConfigKey[],
    group: object,
    first: number,
    missBase: number,
    missMicros: (name: ConfigKey) => number,
    start: Nanos | undefined,
  ): Work {
    const missing = cache.missing(names, group);
    if (missing.length === 0) return nanos(first);
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
      return micros === 0 && pending.length === 0 ? undefined : nanos(micros);
    };
  }

  function generateClusters({ scope, gateway, names, start }: Generation): Work {
    const entriesOf = gateway === undefined ? caches.clusters.sidecar : caches.clusters.gateway;
    const { selection } = scope;
    const total = countsOf(selection).clusters + scopeCountsOf(scope).subsetClusters;
    const { base, hit, walk, missBase, miss } = c.cds;
    const first = cacheWarmUp.pass(paths.cds, base + total * (names === undefined ? hit : walk));
    const keys = names ?? selection.services.map((service) => service.key);
    return entries(entriesOf, keys, names ?? selection, first, missBase, () => miss, start);
  }

  function generateEndpoints({ proxy, watched, names, added, start }: Generation): Work {
    const { base, hit, walk, missBase, miss, missPerEndpoint } = c.eds;
    if (watched === undefined) return 0;
    const each = names === undefined ? hit : walk;
    const walked = added === undefined ? resourcesOf(watched, mesh) * each : 0;
    const looked = names === undefined ? 0 : names.length * hit;
    const first = cacheWarmUp.pass(paths.eds, base + walked + looked);
    const missMicros = (name: ConfigKey) => miss + missPerEndpoint * readyIn(name, watched, mesh);
    const held = caches.endpoints[proxy.shape.type];
    return entries(held, names ?? watched.list, names ?? watched, first, missBase, missMicros, start);
  }

  function generateListeners({ proxy, scope, gateway }: Generation): Work {
    const { lds } = c;
    if (gateway !== undefined) {
      const { ports, gateways } = gateway;
      return pass(paths.lds, lds.gateway + lds.perGatewayPort * ports.length + lds.perGateway * gateways.length);
    }
    const inbound = lds.perInboundPort * inboundPorts(proxy, mesh);
    return pass(paths.lds, lds.base + lds.perService * countsOf(scope.selection).clusters + inbound);
  }

  /** Gateways' routes are never cached; a hit still hashes all it depends on. */
  function generateRoutes({ scope, gateway, tables, added, start }: Generation): Work {
    const { rds } = c;
    const share = shareOf(added);
    if (gateway !== undefined) {
      const attached = tables.boundTo(gateway).virtualServices;
      return pass(
        paths.rds,
        share * (rds.gateway * Math.max(1, gateway.routes.size) + rds.gatewayPerVirtualService * attached),
      );
    }
    const { virtualHosts } = countsOf(scope.selection);
    const { virtualServices, extraRoutes } = scopeCountsOf(scope);
    const routes = rds.perRoute * Math.max(0, extraRoutes - virtualServices);
    if (caches.hasRoutes(scope)) {
      const micros = routes + rds.hit + rds.hitPerService * virtualHosts + rds.hitPerVirtualService * virtualServices;
      return pass(paths.rds, share * micros);
    }
    let isDone = false;
    return () => {
      if (isDone) {
        if (added === undefined) caches.writeRoutes(scope, start);
        return undefined;
      }
      isDone = true;
      const micros =
        routes + rds.miss + rds.missPerService * virtualHosts + rds.missPerVirtualService * virtualServices;
      return nanos(share * micros);
    };
  }

  function generate(generation: Generation): Work {
    switch (generation.type) {
      case 'cds':
        return generateClusters(generation);
      case 'eds':
        return generateEndpoints(generation);
      case 'lds':
        return generateListeners(generation);
      case 'rds':
        return generateRoutes(generation);
      default:
        return pass(paths[generation.type], 20);
    }
  }

  return {
    // Recordings show no slower builds during a collection: the work is mostly pointer copying and allocates little.
    contextInit: (parts, tables) => plain(contextMicros(parts, tables, mesh, c.context, cacheWarmUp.isCold)),
    proxyState: (work) => nanos(stateMicros(work)),
    admits: (goroutine) => heap.admits(goroutine),
    generate,
    size: (generation) => sizeOf(generation, mesh, c.bytes),
    send(generation, size) {
      const resources = generation.type !== 'eds' ? 0 : (generation.names?.length ?? generation.watched?.size ?? 0);
      const { perMessage, perKilobyte, perEndpointResource } = c.send;
      heap.allocate(c.memory.allocatedPerByte * size + inFlight.sent(generation.proxy.id, size));
      return pass(paths.send, perMessage + (perKilobyte * size) / 1000 + perEndpointResource * resources);
    },
    finish(size, proxy) {
      // By then the transport has written it.
      inFlight.taken(proxy);
      const { base, perKilobyte } = c.finish;
      return pass(paths.finish, base + (perKilobyte * size) / 1000);
    },
    invalidate: (keys, now) => caches.invalidate(keys, now),
    endpointsChanged: (service, now) => caches.endpointsChanged(service, now),
    handler(kind, slice) {
      const { handler, wake, perAddress, perEndpoint } = c.steps;
      const { decode, handle } = handler[kind];
      const pace = drawHandlerPace(stream);
      const { addresses, endpoints } = slice ?? { addresses: 0, endpoints: 0 };
      const sleep = cacheWarmUp.idle / MICROSECOND;
      const decoding = decode + wake.most * (sleep / (sleep + wake.half)) + perAddress * addresses;
      const garbage = c.memory.allocatedPerEvent + c.memory.allocatedPerAddress * addresses;
      return {
        decode: charge(plain(decoding * pace), garbage),
        handle: charge(plain((handle + perEndpoint * endpoints) * pace)),
      };
    },
    merge: () => charge(plain(c.steps.merge)),
    enqueue(connections) {
      const charged = charge(dispatches.enqueue(connections));
      cacheWarmUp.worked(dispatches.perConnection * connections);
      return charged;
    },
    // Allocates next to nothing.
    dispatch: () => dispatches.dispatch(),
    attached: (proxy, names) => watchedNames.named(proxy, names),
    detached(proxy) {
      inFlight.taken(proxy);
      watchedNames.left(proxy);
    },
    acknowledge(names, proxy) {
      inFlight.taken(proxy);
      watchedNames.named(proxy, names);
      const micros = c.steps.acknowledge + c.steps.acknowledgePerName * names;
      return charge(plain(micros), c.memory.allocatedPerName * names);
    },
    connect: () => charge(plain(c.steps.connect)),
  };
}
