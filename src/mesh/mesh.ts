/**
 * The mesh as istiod's informers hold it now: mutated by events as they arrive, read by event handlers, copied into
 * immutable tables when a push context is built.
 */

import { type ContextPart, EVERY_PART } from '../istio/context-parts.js';
import type { ConfigKind } from '../istio/kinds.js';
import { type Config, readConfig, readDestinationRule, selects } from './config/configs.js';
import { convert } from './config/conversion.js';
import { Discovery, type WatchedKind } from './config/discovery.js';
import { hostMatches } from './hosts.js';
import { type ConfigKey, KeyInterner } from './keys.js';
import { expandProxies, type Proxy } from './proxies.js';
import { LATEST_RULES, type MeshRules } from './rules.js';
import { EndpointIndex } from './services/endpoint-index.js';
import type { Host, Service } from './services/service.js';
import { endpointsOfEntry, servicesOfEntry, workloadLabels, workloadSelector } from './services/service-entries.js';
import type { ConfigObject, MeshSpec, ServiceSpec } from './spec.js';
import { buildTables, type MeshTables } from './tables.js';

export type { MeshTables } from './tables.js';

const NONE: readonly ConfigKey[] = [];

export class Mesh {
  readonly endpoints = new EndpointIndex();
  /** Changes with every service that comes, goes or is replaced. */
  servicesVersion = 0;
  readonly proxies: readonly Proxy[];
  readonly rootNamespace: string;
  readonly #ids = new Map<ConfigKey, number>();
  readonly #services = new Map<ConfigKey, Service>();
  readonly #configs = new Map<ConfigKind, Map<ConfigKey, Config>>();
  /** By Gateway API or Ingress object: the keys of what it was converted into. */
  readonly #converted = new Map<ConfigKey, readonly ConfigKey[]>();
  /** By ServiceEntry object: the keys of its services. */
  readonly #madeOf = new Map<ConfigKey, readonly ConfigKey[]>();
  readonly #discovery: Discovery;
  #writes = 0;

  constructor(
    spec: MeshSpec,
    private readonly rules: MeshRules = LATEST_RULES,
    /** Shared by the istiods of one cluster: proxies remember names when they go from one to another. */
    readonly keys = new KeyInterner(),
    proxies?: readonly Proxy[],
  ) {
    this.rootNamespace = spec.rootNamespace;
    this.#discovery = new Discovery(spec, rules);
    for (const service of spec.services) {
      if (this.handles('Service', service.namespace)) this.#setReadyAtStart(this.setService(service));
    }
    for (const config of spec.configs) if (this.handles(config.kind, config.namespace)) this.setConfig(config);
    for (const service of this.#services.values()) if (service.entry !== undefined) this.#setReadyAtStart(service);
    this.proxies = proxies ?? expandProxies(spec.proxies, (namespace, host) => this.serviceKey(namespace, host));
  }

  /** Whether `discoverySelectors` let events of this kind in this namespace through. */
  handles(kind: WatchedKind, namespace: string): boolean {
    return this.#discovery.handles(kind, namespace);
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

  /** Adds or replaces; answers the service with its lasting id. `made` says of which ServiceEntry it is made. */
  setService(spec: ServiceSpec, made?: Pick<Service, 'entry' | 'listed'>): Service {
    const { id, key } = this.host(this.serviceKey(spec.namespace, spec.host));
    const service: Service = { id, key, spec, entry: made?.entry, listed: made?.listed ?? [] };
    this.#services.set(key, service);
    this.servicesVersion += 1;
    return service;
  }

  /** Whether or not it has a service. */
  host(key: ConfigKey): Host {
    let id = this.#ids.get(key);
    if (id === undefined) {
      id = this.#ids.size;
      this.#ids.set(key, id);
    }
    return { id, key };
  }

  deleteService(key: ConfigKey): void {
    this.#services.delete(key);
    this.servicesVersion += 1;
  }

  config(key: ConfigKey): Config | undefined {
    return this.#configs.get(key.kind)?.get(key);
  }

  configs(kind: ConfigKind): readonly Config[] {
    return [...(this.#configs.get(kind)?.values() ?? [])];
  }

  /** Adds or replaces, with the services of a ServiceEntry and with what a Gateway API object or an Ingress becomes. */
  setConfig(object: ConfigObject, origin?: ConfigKey): Config {
    const key = this.keys.of(object.kind, object.namespace, object.name);
    const before = this.config(key);
    this.#writes += 1;
    const config = readConfig(key, object, (before?.version ?? 0) + 1, before?.age ?? this.#writes, origin);
    let ofKind = this.#configs.get(object.kind);
    if (ofKind === undefined) {
      ofKind = new Map();
      this.#configs.set(object.kind, ofKind);
    }
    ofKind.set(key, config);
    this.#convertAnew(key, convert(object, this.rules.gatewayNameLabel));
    if (key.kind === 'ServiceEntry') this.#setEntryServices(config);
    for (const entry of this.entriesSelecting(object)) this.#setEntryServices(entry);
    if (before !== undefined) for (const entry of this.entriesSelecting(before.object)) this.#setEntryServices(entry);
    return config;
  }

  deleteConfig(key: ConfigKey): void {
    const config = this.config(key);
    this.#configs.get(key.kind)?.delete(key);
    this.#convertAnew(key, []);
    if (config === undefined) return;
    if (key.kind === 'ServiceEntry') this.#setEntryServices(config);
    for (const entry of this.entriesSelecting(config.object)) this.#setEntryServices(entry);
  }

  /** What a Gateway API object or an Ingress is converted into now. */
  convertedFrom(key: ConfigKey): readonly Config[] {
    return (this.#converted.get(key) ?? NONE).map((made) => this.config(made)).filter((made) => made !== undefined);
  }

  /** Services of one ServiceEntry, or of one that is gone. Of two entries with one host the one written last counts. */
  #setEntryServices({ key, object }: Config): void {
    const before = this.#madeOf.get(key) ?? NONE;
    const isGone = this.config(key) === undefined;
    const listed = endpointsOfEntry(object, this.#workloadsFor(object));
    const specs = isGone ? [] : servicesOfEntry(object, listed.length);
    const made = specs.map((spec) => this.setService(spec, { entry: key, listed }).key);
    for (const host of before) {
      if (!made.includes(host) && this.service(host)?.entry === key) this.deleteService(host);
    }
    this.#madeOf.set(key, made);
  }

  #workloadsFor(entry: ConfigObject): readonly ConfigObject[] {
    if (workloadSelector(entry) === undefined) return [];
    return this.configs('WorkloadEntry')
      .map(({ object }) => object)
      .filter((workload) => workload.namespace === entry.namespace);
  }

  /** ServiceEntries whose endpoints a WorkloadEntry is. */
  entriesSelecting(workload: ConfigObject): readonly Config[] {
    if (workload.kind !== 'WorkloadEntry') return [];
    return this.configs('ServiceEntry').filter(({ object: entry }) => {
      const selector = workloadSelector(entry);
      if (selector === undefined || entry.namespace !== workload.namespace) return false;
      return selects(selector, workloadLabels(workload));
    });
  }

  /** The services a ServiceEntry makes now. */
  servicesOf(entry: ConfigKey): readonly Service[] {
    const made = this.#madeOf.get(entry) ?? NONE;
    return made.map((key) => this.service(key)).filter((service) => service !== undefined);
  }

  #convertAnew(origin: ConfigKey, objects: readonly ConfigObject[]): void {
    const before = this.#converted.get(origin) ?? NONE;
    if (before.length === 0 && objects.length === 0) return;
    const made = objects.map((object) => this.setConfig(object, origin).key);
    for (const key of before) if (!made.includes(key)) this.deleteConfig(key);
    this.#converted.set(origin, made);
  }

  #setReadyAtStart({ id, spec }: Service): void {
    const shard = this.endpoints.of(id);
    shard.ready = spec.endpoints;
    shard.indexed = spec.endpoints > 0;
    if (shard.indexed) shard.accounts = 'default';
  }

  /** Host of a DestinationRule; undefined when it is gone. */
  ruleHost(key: ConfigKey): string | undefined {
    const rule = this.config(key);
    return rule === undefined ? undefined : readDestinationRule(rule).host;
  }

  ruleHosts(): Map<ConfigKey, string> {
    return new Map(this.configs('DestinationRule').map((rule) => [rule.key, readDestinationRule(rule).host]));
  }

  /** Services that a DestinationRule with this host applies to. */
  servicesAt(host: string): readonly ConfigKey[] {
    return [...this.#services.values()]
      .filter((service) => hostMatches(host, service.spec.host))
      .map((service) => service.key);
  }

  /** Tables for push context `contextNumber`: the named parts from the present state, the others from `previous`. */
  tables(contextNumber: number, previous?: MeshTables, parts: Iterable<ContextPart> = EVERY_PART): MeshTables {
    const { rootNamespace, rules } = this;
    const configs = (kind: ConfigKind) => this.configs(kind);
    return buildTables(
      { contextNumber, rootNamespace, rules, services: this.#services.values(), configs },
      previous,
      parts,
    );
  }
}
