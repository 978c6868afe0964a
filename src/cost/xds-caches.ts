/**
 * istiod's caches of generated resources, one for clusters, endpoints and routes each (`model/xds_cache.go`), and what a
 * change makes them drop: entries say which services and objects they were made of.
 */
import type { Nanos } from '../engine/time.js';
import { type ConfigKey, endpointNamesOf } from '../mesh/keys.js';
import type { Mesh } from '../mesh/mesh.js';
import type { SidecarScope } from '../mesh/scopes/sidecar-scope.js';
import type { ServiceSelection } from '../mesh/services/service-table.js';
import type { ProxyType } from '../mesh/spec.js';
import { WriteToken, XdsCache } from './xds-cache.js';

/** How a version's xDS caches hang together. */
export interface CacheRules {
  /** 1.17: one cache, so one write token, for all types. */
  readonly shared: boolean;
  /** 1.17: routes are dropped with the endpoints and definitions of every service in them, not only with routing objects. */
  readonly routesDependOnServices: boolean;
  /** Whether sidecars, gateways and waypoints have endpoints of their own; 1.17: they share them. */
  readonly endpointsByNodeType: boolean;
}

/** What routes were made of. Their scope itself would keep all tables of its push context in memory. */
interface RouteEntry {
  readonly namespace: string;
  readonly configs: ReadonlySet<ConfigKey>;
  /** Where routes depend on services. */
  readonly selection: ServiceSelection | undefined;
}

/** PILOT_XDS_CACHE_SIZE. Only routes can get there: of the others there is one entry per service. */
const SIZE = 60_000;

export class XdsCaches {
  /** Sidecars and gateways get different clusters for the same service. */
  readonly clusters: { readonly sidecar: XdsCache<ConfigKey>; readonly gateway: XdsCache<ConfigKey> };
  readonly endpoints: Readonly<Record<ProxyType, XdsCache<ConfigKey>>>;
  /** All with an entry per service, and for endpoints per subset. */
  readonly #perService: readonly XdsCache<ConfigKey>[];
  readonly #routes: XdsCache<string>;
  /** Written longest ago first. */
  readonly #routeEntries = new Map<string, RouteEntry>();
  /** By DestinationRule, as of the last drop: entries made with a rule depend on it even when it is gone or moved on. */
  #ruleHosts: Map<ConfigKey, string>;
  readonly #tokens: readonly WriteToken[];

  constructor(
    private readonly mesh: Mesh,
    private readonly rules: CacheRules,
  ) {
    const token = new WriteToken();
    this.#tokens = rules.shared ? [token] : [token, new WriteToken(), new WriteToken()];
    this.clusters = { sidecar: new XdsCache(token), gateway: new XdsCache(token) };
    const endpoints = () => new XdsCache<ConfigKey>(this.#tokens[1] ?? token);
    const sidecar = endpoints();
    this.endpoints = rules.endpointsByNodeType
      ? { sidecar, gateway: endpoints(), waypoint: endpoints() }
      : { sidecar, gateway: sidecar, waypoint: sidecar };
    this.#perService = [...Object.values(this.clusters), ...new Set(Object.values(this.endpoints))];
    this.#routes = new XdsCache(this.#tokens[2] ?? token);
    this.#ruleHosts = mesh.ruleHosts();
  }

  /** Routes have one entry for each namespace and content, so those of several Sidecars in a namespace coexist. */
  hasRoutes(scope: SidecarScope): boolean {
    return this.#routes.has(routeKey(scope));
  }

  writeRoutes(scope: SidecarScope, start: Nanos | undefined): void {
    const key = routeKey(scope);
    this.#routes.write(key, start);
    if (!this.#routes.has(key)) return;
    const { namespace, virtualServices, destinationRules } = scope;
    const configs = new Set([...virtualServices, ...destinationRules].map((config) => config.key));
    const selection = this.rules.routesDependOnServices ? scope.selection : undefined;
    this.#routeEntries.delete(key);
    this.#routeEntries.set(key, { namespace, configs, selection });
    const [oldest] = this.#routeEntries.keys();
    if (this.#routeEntries.size > SIZE && oldest !== undefined) this.#dropRoute(oldest);
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
    for (const cache of this.#perService) cache.clear();
    this.#dropRoutes(() => true);
    this.#ruleHosts = this.mesh.ruleHosts();
  }

  #drop(key: ConfigKey): void {
    switch (key.kind) {
      case 'ServiceEntry':
      case 'Endpoints':
        this.#dropService(key.dependency);
        break;
      case 'VirtualService':
        this.#dropRoutes(({ configs }) => configs.has(key));
        break;
      case 'DestinationRule':
        this.#dropServicesOfRule(key);
        this.#dropRoutes(({ configs }) => configs.has(key));
        break;
      case 'PeerAuthentication':
        // Endpoints are dropped; clusters miss because the version of all PeerAuthentications is part of their key.
        for (const cache of this.#perService) cache.clear();
        break;
      case 'EnvoyFilter':
        // No endpoints depend on one. All clusters go whatever its namespace: here all namespaces share the entry of a
        // service, where istiod's key has the filters and only entries made with this one would miss.
        for (const cache of Object.values(this.clusters)) cache.clear();
        this.#dropRoutes(({ namespace }) => [namespace, this.mesh.rootNamespace].includes(key.namespace));
        break;
    }
  }

  #dropService(service: ConfigKey): void {
    this.#dropEntries(service);
    if (this.rules.routesDependOnServices) this.#dropRoutes(({ selection }) => selection?.has(service) ?? false);
  }

  #dropEntries(service: ConfigKey): void {
    for (const name of endpointNamesOf(service)) for (const cache of this.#perService) cache.drop(name);
  }

  #dropServicesOfRule(rule: ConfigKey): void {
    const host = this.mesh.ruleHost(rule);
    for (const applied of new Set([this.#ruleHosts.get(rule), host])) {
      const services = applied === undefined ? [] : this.mesh.servicesAt(applied);
      for (const service of services) this.#dropEntries(service);
    }
    if (host === undefined) this.#ruleHosts.delete(rule);
    else this.#ruleHosts.set(rule, host);
  }

  #dropRoutes(holds: (entry: RouteEntry) => boolean): void {
    for (const [key, entry] of this.#routeEntries) if (holds(entry)) this.#dropRoute(key);
  }

  #dropRoute(key: string): void {
    this.#routes.drop(key);
    this.#routeEntries.delete(key);
  }
}

const routeKeys = new WeakMap<SidecarScope, string>();

/** What a route cache key says: the namespace, which decides the DNS domain, and services, routes and rules by name. */
function routeKey(scope: SidecarScope): string {
  let key = routeKeys.get(scope);
  if (key === undefined) {
    let names = scope.selection.hash;
    for (const config of [...scope.virtualServices, ...scope.destinationRules])
      names = (names + config.key.hash) % 2 ** 50;
    key = `${scope.namespace}/${names}`;
    routeKeys.set(scope, key);
  }
  return key;
}
