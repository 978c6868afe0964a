/**
 * The mesh cost model: CPU from what is built, for whom, and what the caches hold. The first proxy of its kind pays for
 * what later ones find; who may fill the caches follows istiod's own rules, which is why endpoint churn during a push
 * makes it several times as expensive.
 */
import { MICROSECOND, type Nanos } from '../engine/time.js';
import type { ConfigKey } from '../mesh/keys.js';
import type { Mesh } from '../mesh/mesh.js';
import type { SidecarScope } from '../mesh/sidecar-scope.js';
import type { Coefficients } from './coefficients.js';
import { contextMicros } from './context-costs.js';
import type { Heap } from './heap.js';
import type { CostModel, Generation, StateWork, Work } from './model.js';
import { countsOf, endpointsOf, scopeCountsOf } from './shape-of-scope.js';
import { sizeOf } from './sizes.js';
import type { Warmth } from './warmth.js';
import { WriteToken, XdsCache } from './xds-cache.js';

/** How a version's xDS caches hang together. */
export interface CacheRules {
  /** 1.17: one cache, so one write token, for all types. */
  readonly shared: boolean;
  /** 1.17: routes are dropped with the endpoints and definitions of every service in them, not only with routing objects. */
  readonly routesDependOnServices: boolean;
}

export interface MeshCostOptions {
  readonly coefficients: Coefficients;
  readonly mesh: Mesh;
  readonly cache: CacheRules;
  /** How much faster than the core the coefficients hold for. */
  readonly speed: () => number;
  readonly heap: Heap;
  readonly warmth: Warmth;
  /** How much longer than usual the hand-overs of the next fan-out take: drawn for each. */
  readonly unrest: () => number;
}

/** Missing entries are generated in pieces of this many, so that goroutines that overtake see each other's work. */
const PIECE = 16;

interface RouteEntry {
  readonly scope: SidecarScope;
  readonly names: number;
}

export function meshCostModel({ coefficients, mesh, cache, speed, heap, warmth, unrest }: MeshCostOptions): CostModel {
  const c = coefficients;
  const token = new WriteToken();
  const tokens = cache.shared ? [token] : [token, new WriteToken(), new WriteToken()];
  // Sidecars and gateways get different clusters for the same service.
  const clusters = { sidecar: new XdsCache<ConfigKey>(token), gateway: new XdsCache<ConfigKey>(token) };
  const endpoints = new XdsCache<ConfigKey>(tokens[1] ?? token);
  const routes = new XdsCache<string>(tokens[2] ?? token);
  const routeEntries = new Map<string, RouteEntry>();
  const evaluated = new WeakSet<SidecarScope>();
  let handOver = 1;

  function nanos(micros: number): Nanos {
    const charged = heap.charge(Math.round((micros * MICROSECOND) / speed()));
    warmth.worked(charged);
    return charged;
  }

  /** A pass over a path that every proxy's push takes. */
  function pass(path: string, micros: number): Nanos {
    return nanos(micros * warmth.factor(path));
  }

  function stateMicros({ proxy, tables, targets, scope }: StateWork): number {
    const { state } = c;
    let micros =
      (targets ? state.targets + state.targetsPerService * mesh.serviceCount : state.base) * warmth.factor('state');
    if (scope) {
      const found = tables.scopes.of(proxy.shape);
      if (!evaluated.has(found)) {
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

  /** Walks the entries of one message; what is missing is generated piece by piece and offered to the cache. */
  function entries(
    cache: XdsCache<ConfigKey>,
    names: Iterable<ConfigKey>,
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
    const entriesOf = gateway === undefined ? clusters.sidecar : clusters.gateway;
    const { selection } = scope;
    const total = countsOf(selection).clusters + scopeCountsOf(scope).subsets;
    const { base, hit, walk, missBase, miss } = c.cds;
    const first = (base + total * (names === undefined ? hit : walk)) * warmth.factor('cds');
    const keys = names ?? selection.services.map((service) => service.key);
    return entries(entriesOf, keys, names ?? selection, first, missBase, () => miss, start);
  }

  function generateEndpoints({ watched, names, start }: Generation): Work {
    const { base, hit, walk, missBase, miss, missPerEndpoint } = c.eds;
    if (watched === undefined) return 0;
    const { resources } = endpointsOf(watched, mesh);
    const walked = names === undefined ? resources * hit : resources * walk + names.length * hit;
    const first = (base + walked) * warmth.factor('eds');
    const missMicros = (name: ConfigKey) => {
      const service = mesh.service(name);
      return miss + missPerEndpoint * (service === undefined ? 0 : mesh.endpoints.ready(service.id));
    };
    return entries(endpoints, names ?? watched, names ?? watched, first, missBase, missMicros, start);
  }

  function generateListeners({ scope, gateway }: Generation): Work {
    if (gateway !== undefined) return pass('lds', 10 + 20 * gateway.ports.length + gateway.gateways.length * 0.5);
    return pass('lds', c.lds.base + c.lds.perService * countsOf(scope.selection).clusters);
  }

  /** Gateways' routes are never cached. One entry per namespace and content; a hit still hashes all it depends on. */
  function generateRoutes({ proxy, scope, gateway, tables, start }: Generation): Work {
    const { rds } = c;
    if (gateway !== undefined) {
      const attached = tables.virtualServicesAt(gateway);
      return pass('rds', 15 * Math.max(1, gateway.routes.size) + rds.missPerVirtualService * attached);
    }
    const { virtualHosts } = countsOf(scope.selection);
    const { virtualServices } = scopeCountsOf(scope);
    const key = proxy.shape.namespace;
    const names = scope.selection.hash + hashOf(scope);
    const known = routeEntries.get(key);
    const hit = rds.hit + rds.hitPerService * virtualHosts + rds.hitPerVirtualService * virtualServices;
    if (known !== undefined && known.names === names && routes.has(key)) return pass('rds', hit);
    let done = false;
    return () => {
      if (done) {
        if (known !== undefined && known.names !== names) routes.drop(key);
        routes.write(key, start);
        if (routes.has(key)) routeEntries.set(key, { scope, names });
        return undefined;
      }
      done = true;
      return nanos(rds.miss + rds.missPerService * virtualHosts + rds.missPerVirtualService * virtualServices);
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
        return pass(generation.type, 20);
    }
  }

  function dropService(service: ConfigKey): void {
    clusters.sidecar.drop(service);
    clusters.gateway.drop(service);
    endpoints.drop(service);
    if (!cache.routesDependOnServices) return;
    for (const [key, { scope }] of routeEntries) if (scope.selection.has(service)) routes.drop(key);
  }

  function dropKey(key: ConfigKey): void {
    switch (key.kind) {
      case 'ServiceEntry':
      case 'Endpoints':
        dropService(key.dependency);
        break;
      case 'VirtualService':
        for (const [entry, { scope }] of routeEntries) if (scope.dependsOn(key)) routes.drop(entry);
        break;
      case 'DestinationRule':
        for (const service of mesh.servicesOfRule(key)) {
          clusters.sidecar.drop(service);
          clusters.gateway.drop(service);
          endpoints.drop(service);
        }
        for (const [entry, { scope }] of routeEntries) if (scope.dependsOn(key)) routes.drop(entry);
        break;
      case 'PeerAuthentication':
        endpoints.clear();
        break;
      case 'EnvoyFilter':
        clearAll();
        break;
    }
  }

  function clearAll(): void {
    clusters.sidecar.clear();
    clusters.gateway.clear();
    endpoints.clear();
    routes.clear();
  }

  return {
    // Recordings show no slower builds during a collection: the work is mostly pointer copying and allocates little.
    contextInit: (kinds, tables) =>
      Math.round((contextMicros(kinds, tables, mesh, c.context, warmth.isCold) * MICROSECOND) / speed()),
    proxyState: (work) => nanos(stateMicros(work)),
    admits: (goroutine) => heap.admits(goroutine),
    generate,
    send(generation) {
      const resources = generation.type !== 'eds' ? 0 : (generation.names?.length ?? generation.watched?.size ?? 0);
      const { perMessage, perKilobyte, perEndpointResource } = c.send;
      const size = sizeOf(generation, mesh, c.bytes);
      heap.allocate(c.memory.allocatedPerByte * size);
      return pass('send', perMessage + (perKilobyte * size) / 1000 + perEndpointResource * resources);
    },
    finish(last) {
      const { base, perKilobyte } = c.finish;
      return pass('finish', base + (perKilobyte * sizeOf(last, mesh, c.bytes)) / 1000);
    },
    bytes: (generation) => Math.round(sizeOf(generation, mesh, c.bytes)),
    invalidate(keys, now) {
      for (const each of tokens) each.touch(now);
      if (keys === undefined) clearAll();
      else for (const key of keys) dropKey(key);
    },
    endpointsChanged(service, now) {
      for (const each of tokens) each.touch(now);
      dropService(service);
    },
    handler(kind) {
      const { before, after } = c.steps.handler[kind];
      return { before: nanos(before), after: nanos(after) };
    },
    merge: () => nanos(c.steps.merge),
    enqueue(connections) {
      handOver = unrest();
      return nanos((c.steps.enqueueAll + c.steps.enqueue * connections) * handOver);
    },
    dispatch: () => nanos(c.steps.dispatch * handOver),
    acknowledge: (names) => nanos(c.steps.acknowledge + c.steps.acknowledgePerName * names),
    connect: () => nanos(c.steps.connect),
  };
}

const scopeHashes = new WeakMap<SidecarScope, number>();

/** What a route cache key says about routes and rules: names, not contents. */
function hashOf(scope: SidecarScope): number {
  let hash = scopeHashes.get(scope);
  if (hash === undefined) {
    hash = 0;
    for (const config of [...scope.virtualServices, ...scope.destinationRules])
      hash = (hash + config.key.hash) % 2 ** 50;
    scopeHashes.set(scope, hash);
  }
  return hash;
}
