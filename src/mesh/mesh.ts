/**
 * The mesh as istiod's informers hold it now: mutated by events as they arrive, read by event handlers, copied into
 * immutable tables when a push context is built.
 */

import { type ContextPart, EVERY_PART } from '../istio/context-parts.js';
import type { ConfigKind } from '../istio/kinds.js';
import { type Config, readConfig, readDestinationRule, readVirtualService, selects } from './config/configs.js';
import { convert, dependsOn } from './config/conversion.js';
import { Discovery, type WatchedKind } from './config/discovery.js';
import { foreignBy } from './config/ownership.js';
import { hostMatches } from './hosts.js';
import { type ConfigKey, KeyInterner } from './keys.js';
import { expandProxies, type Proxy } from './proxies.js';
import { LATEST_RULES, type MeshRules } from './rules.js';
import { EndpointIndex } from './services/endpoint-index.js';
import type { Host, Service } from './services/service.js';
import {
  accountsOf,
  endpointsOfEntry,
  servicesOfEntry,
  workloadLabels,
  workloadSelector,
} from './services/service-entries.js';
import type { ConfigObject, MeshSpec, ServiceSpec } from './spec.js';
import { buildTables, type MeshTables } from './tables.js';

export type { MeshTables } from './tables.js';

const NONE: readonly ConfigKey[] = [];

/** Kinds that are converted otherwise when one of this kind changes. */
const DEPENDENTS: Readonly<Partial<Record<ConfigKind, readonly ConfigKind[]>>> = {
  GatewayClass: ['KubernetesGateway'],
  KubernetesGateway: ['HTTPRoute', 'GRPCRoute', 'TCPRoute', 'TLSRoute'],
  IngressClass: ['Ingress'],
};

function takes({ spec: { namespace, selector } }: Service, workload: ConfigObject): boolean {
  if (selector === undefined || Object.keys(selector).length === 0 || namespace !== workload.namespace) return false;
  return selects(selector, workloadLabels(workload));
}

export class Mesh {
  readonly keys = new KeyInterner();
  readonly endpoints = new EndpointIndex();
  /** Changes with every service that comes, goes or is replaced. */
  servicesVersion = 0;
  readonly proxies: readonly Proxy[];
  readonly rootNamespace: string;
  readonly #ids = new Map<ConfigKey, number>();
  readonly #services = new Map<ConfigKey, Service>();
  /** Services of ServiceEntries for hosts that a Kubernetes Service has as well, which comes first. */
  readonly #shadowed = new Map<ConfigKey, Service>();
  readonly #configs = new Map<ConfigKind, Map<ConfigKey, Config>>();
  /** By Gateway API or Ingress object: the keys of what it was converted into. */
  readonly #converted = new Map<ConfigKey, readonly ConfigKey[]>();
  /** By ServiceEntry object: the keys of its services. */
  readonly #madeOf = new Map<ConfigKey, readonly ConfigKey[]>();
  readonly #discovery: Discovery;
  #writes = 0;

  constructor(
    spec: MeshSpec,
    readonly rules: MeshRules = LATEST_RULES,
  ) {
    this.rootNamespace = spec.rootNamespace;
    this.#discovery = new Discovery(spec, rules);
    for (const service of spec.services) {
      if (this.handles('Service', service.namespace)) this.#setReadyAtStart(this.setService(service));
    }
    for (const config of spec.configs) {
      if (this.handles(config.kind, config.namespace) && foreignBy(config, rules) === undefined) this.setConfig(config);
    }
    for (const service of [...this.#services.values(), ...this.#shadowed.values()]) {
      if (service.entry !== undefined) this.#setReadyAtStart(service);
      else this.#addWorkloadsAtStart(service);
    }
    this.proxies = expandProxies(spec.proxies, (namespace, host) => this.serviceKey(namespace, host));
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
    const known = this.#services.get(key);
    // `model/push_context.go`: initServiceRegistry prefers Kubernetes.
    if (made !== undefined && known !== undefined && known.entry === undefined) this.#shadowed.set(key, service);
    else {
      if (made === undefined && known?.entry !== undefined) this.#shadowed.set(key, known);
      this.#services.set(key, service);
    }
    this.servicesVersion += 1;
    return service;
  }

  /** The service that a ServiceEntry makes of the host, whoever comes first. */
  entryService(key: ConfigKey): Service | undefined {
    const service = this.#services.get(key);
    return service?.entry === undefined ? this.#shadowed.get(key) : service;
  }

  /** The Kubernetes Service of the host. */
  kubernetesService(key: ConfigKey): Service | undefined {
    const service = this.#services.get(key);
    return service?.entry === undefined ? service : undefined;
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

  /** The Kubernetes Service; a ServiceEntry's of the same host stays. */
  deleteService(key: ConfigKey): void {
    if (this.kubernetesService(key) === undefined) return;
    const shadowed = this.#shadowed.get(key);
    this.#shadowed.delete(key);
    if (shadowed === undefined) this.#services.delete(key);
    else this.#services.set(key, shadowed);
    this.servicesVersion += 1;
  }

  #deleteEntryService(key: ConfigKey): void {
    if (!this.#shadowed.delete(key)) this.#services.delete(key);
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
    this.#convertAnew(key, this.#convert(object));
    this.#convertDependents(object);
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
    this.#convertDependents(config.object);
    if (key.kind === 'ServiceEntry') this.#setEntryServices(config);
    for (const entry of this.entriesSelecting(config.object)) this.#setEntryServices(entry);
  }

  /** What a Gateway API object or an Ingress is converted into now, with what is converted otherwise because of it. */
  convertedFrom(object: ConfigObject): readonly Config[] {
    const origins = [object, ...this.#dependents(object)];
    return origins
      .flatMap(({ kind, namespace, name }) => this.#converted.get(this.keys.of(kind, namespace, name)) ?? NONE)
      .map((made) => this.config(made))
      .filter((made) => made !== undefined);
  }

  #convert(object: ConfigObject): readonly ConfigObject[] {
    return convert(object, {
      gatewayNameLabel: this.rules.gatewayNameLabel,
      find: (kind, namespace, name) => this.config(this.keys.of(kind, namespace, name))?.object,
      namespaceLabels: (namespace) => this.#discovery.labelsOf(namespace),
    });
  }

  #convertDependents(object: ConfigObject): void {
    for (const dependent of this.#dependents(object)) {
      const key = this.keys.of(dependent.kind, dependent.namespace, dependent.name);
      this.#convertAnew(key, this.#convert(dependent));
    }
  }

  /** Objects that are converted otherwise because of this one: the Gateways of a class, the routes of a Gateway. */
  #dependents(object: ConfigObject): readonly ConfigObject[] {
    const kinds = DEPENDENTS[object.kind] ?? [];
    const direct = kinds.flatMap((kind) =>
      this.configs(kind)
        .map((config) => config.object)
        .filter((other) => dependsOn(other, object)),
    );
    return direct.flatMap((one) => [one, ...this.#dependents(one)]);
  }

  /** The VirtualServices whose routes this delegate is part of. */
  rootsOf({ namespace, name }: ConfigKey): readonly ConfigKey[] {
    return this.configs('VirtualService')
      .map(readVirtualService)
      .filter(({ delegates }) => delegates.some((one) => one.namespace === namespace && one.name === name))
      .map(({ key }) => key);
  }

  /** Services of one ServiceEntry, or of one that is gone. Of two entries with one host the one written last counts. */
  #setEntryServices({ key, object }: Config): void {
    const before = this.#madeOf.get(key) ?? NONE;
    const isGone = this.config(key) === undefined;
    const listed = endpointsOfEntry(object, this.#workloadsFor(object));
    const specs = isGone ? [] : servicesOfEntry(object, listed.length);
    const made = specs.map((spec) => this.setService(spec, { entry: key, listed }).key);
    for (const host of before) {
      if (!made.includes(host) && this.entryService(host)?.entry === key) this.#deleteEntryService(host);
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
    return made.map((key) => this.entryService(key)).filter((service) => service !== undefined);
  }

  /** Kubernetes Services that the labels of a WorkloadEntry are selected by (`PILOT_ENABLE_K8S_SELECT_WORKLOAD_ENTRIES`). */
  servicesSelecting(workload: ConfigObject): readonly Service[] {
    if (workload.kind !== 'WorkloadEntry') return [];
    return [...this.#services.values()].filter((service) => service.entry === undefined && takes(service, workload));
  }

  /** WorkloadEntries that are endpoints of a Kubernetes Service. */
  workloadsOf(service: Service): readonly ConfigObject[] {
    const workloads = this.#configs.get('WorkloadEntry');
    if (workloads === undefined || workloads.size === 0) return [];
    return [...workloads.values()].map(({ object }) => object).filter((workload) => takes(service, workload));
  }

  #convertAnew(origin: ConfigKey, objects: readonly ConfigObject[]): void {
    const before = this.#converted.get(origin) ?? NONE;
    if (before.length === 0 && objects.length === 0) return;
    const made = objects.map((object) => this.setConfig(object, origin).key);
    for (const key of before) if (!made.includes(key)) this.deleteConfig(key);
    this.#converted.set(origin, made);
  }

  #setReadyAtStart({ id, spec, entry, listed }: Service): void {
    this.endpoints.setShard(id, entry === undefined ? 'kubernetes' : 'external', spec.endpoints, accountsOf(listed));
  }

  #addWorkloadsAtStart(service: Service): void {
    const workloads = this.workloadsOf(service);
    if (workloads.length === 0) return;
    const accounts = accountsOf(workloads.map(({ spec }) => spec));
    this.endpoints.setShard(service.id, 'kubernetes', service.spec.endpoints + workloads.length, accounts);
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
      {
        contextNumber,
        rootNamespace,
        rules,
        services: this.#services.values(),
        configs,
        virtualServiceKey: (namespace, name) => this.keys.of('VirtualService', namespace, name),
      },
      previous,
      parts,
    );
  }
}
