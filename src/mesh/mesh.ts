/**
 * The mesh as istiod's informers hold it now: mutated by events as they arrive, read by event handlers, copied into
 * immutable tables when a push context is built.
 */
import {
  type Config,
  readConfig,
  readDestinationRule,
  readGateway,
  readSidecar,
  readVirtualService,
} from './configs.js';
import { EndpointIndex } from './endpoint-index.js';
import { GatewayTable, type MergedGateway } from './gateway-table.js';
import { hostMatches } from './hosts.js';
import { type ConfigKey, KeyInterner } from './keys.js';
import type { Proxy, ProxyShape } from './proxies.js';
import type { Service } from './service.js';
import { ServiceTable } from './service-table.js';
import { ScopeTable } from './sidecar-scope.js';
import type { ConfigKind, ConfigObject, MeshSpec, ProxySpec, ServiceSpec } from './spec.js';

/** The parts of a push context that a request may ask to have rebuilt; the rest is taken over by reference. */
export type ContextPart = 'services' | 'virtualServices' | 'destinationRules' | 'gateways' | 'scopes';

export interface MeshTables {
  readonly services: ServiceTable;
  readonly virtualServices: readonly ReturnType<typeof readVirtualService>[];
  readonly destinationRules: readonly ReturnType<typeof readDestinationRule>[];
  readonly gateways: GatewayTable;
  readonly scopes: ScopeTable;
  /** VirtualServices bound to one of the merged Gateway objects. */
  virtualServicesAt(gateway: MergedGateway): number;
}

const EVERY_PART: readonly ContextPart[] = ['services', 'virtualServices', 'destinationRules', 'gateways', 'scopes'];

export class Mesh {
  readonly keys = new KeyInterner();
  readonly endpoints = new EndpointIndex();
  readonly proxies: readonly Proxy[];
  readonly rootNamespace: string;
  readonly #ids = new Map<ConfigKey, number>();
  readonly #services = new Map<ConfigKey, Service>();
  readonly #configs = new Map<ConfigKind, Map<ConfigKey, Config>>();
  #writes = 0;

  constructor(spec: MeshSpec) {
    this.rootNamespace = spec.rootNamespace;
    for (const service of spec.services) {
      const { id } = this.setService(service);
      const shard = this.endpoints.of(id);
      shard.ready = service.endpoints;
      shard.indexed = service.endpoints > 0;
      if (shard.indexed) shard.accounts = 'default';
    }
    for (const config of spec.configs) this.setConfig(config);
    this.proxies = this.#expand(spec.proxies);
  }

  serviceKey(namespace: string, host: string): ConfigKey {
    return this.keys.of('ServiceEntry', namespace, host);
  }

  service(key: ConfigKey): Service | undefined {
    return this.#services.get(key);
  }

  get services(): IterableIterator<Service> {
    return this.#services.values();
  }

  get serviceCount(): number {
    return this.#services.size;
  }

  /** Adds or replaces; answers the service with its lasting id. */
  setService(spec: ServiceSpec): Service {
    const key = this.serviceKey(spec.namespace, spec.host);
    let id = this.#ids.get(key);
    if (id === undefined) {
      id = this.#ids.size;
      this.#ids.set(key, id);
    }
    const service: Service = { id, key, spec };
    this.#services.set(key, service);
    return service;
  }

  deleteService(key: ConfigKey): void {
    this.#services.delete(key);
  }

  config(key: ConfigKey): Config | undefined {
    return this.#configs.get(key.kind)?.get(key);
  }

  configs(kind: ConfigKind): readonly Config[] {
    return [...(this.#configs.get(kind)?.values() ?? [])];
  }

  setConfig(object: ConfigObject): Config {
    const key = this.keys.of(object.kind, object.namespace, object.name);
    const before = this.config(key);
    this.#writes += 1;
    const config = readConfig(key, object, (before?.version ?? 0) + 1, before?.age ?? this.#writes);
    let ofKind = this.#configs.get(object.kind);
    if (ofKind === undefined) {
      ofKind = new Map();
      this.#configs.set(object.kind, ofKind);
    }
    ofKind.set(key, config);
    return config;
  }

  deleteConfig(key: ConfigKey): void {
    this.#configs.get(key.kind)?.delete(key);
  }

  /** Services that a DestinationRule applies to, by its host. */
  servicesOfRule(key: ConfigKey): readonly ConfigKey[] {
    const rule = this.config(key);
    if (rule === undefined) return [];
    const { host } = readDestinationRule(rule);
    return [...this.#services.values()]
      .filter((service) => hostMatches(host, service.spec.host))
      .map((service) => service.key);
  }

  /** Tables for push context `contextNumber`: the named parts from the present state, the others from `previous`. */
  tables(contextNumber: number, previous?: MeshTables, parts: Iterable<ContextPart> = EVERY_PART): MeshTables {
    const rebuilt = new Set(previous === undefined ? EVERY_PART : parts);
    const take = <T>(part: ContextPart, build: () => T, old: T | undefined): T =>
      rebuilt.has(part) || old === undefined ? build() : old;
    const services = take('services', () => new ServiceTable([...this.#services.values()]), previous?.services);
    const virtualServices = take(
      'virtualServices',
      () => this.configs('VirtualService').map(readVirtualService),
      previous?.virtualServices,
    );
    const destinationRules = take(
      'destinationRules',
      () => this.configs('DestinationRule').map(readDestinationRule),
      previous?.destinationRules,
    );
    const gateways = take(
      'gateways',
      () => new GatewayTable(this.configs('Gateway').map(readGateway)),
      previous?.gateways,
    );
    const scopes = take(
      'scopes',
      () =>
        new ScopeTable({
          contextNumber,
          rootNamespace: this.rootNamespace,
          services,
          virtualServices,
          destinationRules,
          sidecars: this.configs('Sidecar')
            .map(readSidecar)
            .sort((a, b) => a.age - b.age),
        }),
      previous?.scopes,
    );
    return {
      services,
      virtualServices,
      destinationRules,
      gateways,
      scopes,
      virtualServicesAt: (gateway) => countBound(virtualServices, gateway),
    };
  }

  #expand(specs: readonly ProxySpec[]): Proxy[] {
    const shapes = new Map<string, ProxyShape>();
    const proxies: Proxy[] = [];
    for (const spec of specs) {
      const shape = this.#shapeOf(spec, shapes);
      for (let i = 0; i < spec.count; i++) {
        proxies.push({ id: proxies.length, name: spec.count === 1 ? spec.name : `${spec.name}-${i}`, shape });
      }
    }
    return proxies;
  }

  #shapeOf(spec: ProxySpec, shapes: Map<string, ProxyShape>): ProxyShape {
    const labels = Object.entries(spec.labels).sort(([a], [b]) => (a < b ? -1 : 1));
    const text = JSON.stringify([spec.type, spec.namespace, labels, spec.service ?? '']);
    let shape = shapes.get(text);
    if (shape === undefined) {
      const ownService = spec.service === undefined ? undefined : this.serviceKey(spec.namespace, spec.service);
      shape = {
        id: shapes.size,
        type: spec.type,
        namespace: spec.namespace,
        labels: Object.fromEntries(labels),
        ownService,
      };
      shapes.set(text, shape);
    }
    return shape;
  }
}

const bound = new WeakMap<readonly unknown[], Map<MergedGateway, number>>();

function countBound(routes: MeshTables['virtualServices'], gateway: MergedGateway): number {
  let byGateway = bound.get(routes);
  if (byGateway === undefined) {
    byGateway = new Map();
    bound.set(routes, byGateway);
  }
  let count = byGateway.get(gateway);
  if (count === undefined) {
    const names = new Set(gateway.gateways.map(({ object }) => `${object.namespace}/${object.name}`));
    count = routes.filter((route) => route.gateways.some((name) => names.has(name))).length;
    byGateway.set(gateway, count);
  }
  return count;
}
