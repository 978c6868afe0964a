/**
 * istiod's caches of generated resources, one for clusters, endpoints and routes each (`model/xds_cache.go`), and what a
 * change makes them drop: entries say which services and objects they were made of.
 */
import type { Nanos } from '../engine/time.js';
import type { ConfigKey } from '../mesh/keys.js';
import type { Mesh } from '../mesh/mesh.js';
import type { SidecarScope } from '../mesh/sidecar-scope.js';
import { WriteToken, XdsCache } from './xds-cache.js';

/** How a version's xDS caches hang together. */
export interface CacheRules {
  /** 1.17: one cache, so one write token, for all types. */
  readonly shared: boolean;
  /** 1.17: routes are dropped with the endpoints and definitions of every service in them, not only with routing objects. */
  readonly routesDependOnServices: boolean;
}

interface RouteEntry {
  readonly scope: SidecarScope;
  readonly names: number;
}

export class XdsCaches {
  /** Sidecars and gateways get different clusters for the same service. */
  readonly clusters: { readonly sidecar: XdsCache<ConfigKey>; readonly gateway: XdsCache<ConfigKey> };
  readonly endpoints: XdsCache<ConfigKey>;
  readonly #routes: XdsCache<string>;
  readonly #routeEntries = new Map<string, RouteEntry>();
  readonly #tokens: readonly WriteToken[];

  constructor(
    private readonly mesh: Mesh,
    private readonly rules: CacheRules,
  ) {
    const token = new WriteToken();
    this.#tokens = rules.shared ? [token] : [token, new WriteToken(), new WriteToken()];
    this.clusters = { sidecar: new XdsCache(token), gateway: new XdsCache(token) };
    this.endpoints = new XdsCache(this.#tokens[1] ?? token);
    this.#routes = new XdsCache(this.#tokens[2] ?? token);
  }

  /** Routes have one entry for each namespace and content. */
  hasRoutes(namespace: string, scope: SidecarScope): boolean {
    return this.#routeEntries.get(namespace)?.names === namesIn(scope) && this.#routes.has(namespace);
  }

  writeRoutes(namespace: string, scope: SidecarScope, start: Nanos | undefined): void {
    const names = namesIn(scope);
    const known = this.#routeEntries.get(namespace);
    if (known !== undefined && known.names !== names) this.#routes.drop(namespace);
    this.#routes.write(namespace, start);
    if (this.#routes.has(namespace)) this.#routeEntries.set(namespace, { scope, names });
  }

  /** A push drops what these keys are in (`undefined`: everything). */
  invalidate(keys: Iterable<ConfigKey> | undefined, now: Nanos): void {
    this.#touch(now);
    if (keys === undefined) this.#clear();
    else for (const key of keys) this.#drop(key);
  }

  endpointsChanged(service: ConfigKey, now: Nanos): void {
    this.#touch(now);
    this.#dropService(service);
  }

  #touch(now: Nanos): void {
    for (const token of this.#tokens) token.touch(now);
  }

  #clear(): void {
    this.clusters.sidecar.clear();
    this.clusters.gateway.clear();
    this.endpoints.clear();
    this.#routes.clear();
  }

  #drop(key: ConfigKey): void {
    switch (key.kind) {
      case 'ServiceEntry':
      case 'Endpoints':
        this.#dropService(key.dependency);
        break;
      case 'VirtualService':
        this.#dropRoutes((scope) => scope.dependsOn(key));
        break;
      case 'DestinationRule':
        for (const service of this.mesh.servicesOfRule(key)) this.#dropClusters(service);
        this.#dropRoutes((scope) => scope.dependsOn(key));
        break;
      case 'PeerAuthentication':
        this.endpoints.clear();
        break;
      case 'EnvoyFilter':
        this.#clear();
        break;
    }
  }

  #dropService(service: ConfigKey): void {
    this.#dropClusters(service);
    if (this.rules.routesDependOnServices) this.#dropRoutes((scope) => scope.selection.has(service));
  }

  #dropClusters(service: ConfigKey): void {
    this.clusters.sidecar.drop(service);
    this.clusters.gateway.drop(service);
    this.endpoints.drop(service);
  }

  #dropRoutes(holds: (scope: SidecarScope) => boolean): void {
    for (const [namespace, { scope }] of this.#routeEntries) if (holds(scope)) this.#routes.drop(namespace);
  }
}

const scopeHashes = new WeakMap<SidecarScope, number>();

/** What a route cache key says about services, routes and rules: names, not contents. */
function namesIn(scope: SidecarScope): number {
  let hash = scopeHashes.get(scope);
  if (hash === undefined) {
    hash = 0;
    for (const config of [...scope.virtualServices, ...scope.destinationRules])
      hash = (hash + config.key.hash) % 2 ** 50;
    scopeHashes.set(scope, hash);
  }
  return scope.selection.hash + hash;
}
