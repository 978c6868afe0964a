/** The objects that istiod's informers hold now, and what is made of them: services of ServiceEntries, converted objects. */

import type { ConfigKind } from '../istio/kinds.js';
import { type Config, readConfig, selects } from './config/configs.js';
import { convert } from './config/conversion.js';
import { dependentsOf } from './config/dependents.js';
import { Discovery, type WatchedKind } from './config/discovery.js';
import { foreignBy } from './config/ownership.js';
import { type ConfigKey, KeyInterner } from './keys.js';
import { expandProxies, type Proxy } from './proxies.js';
import { LATEST_RULES, type MeshRules } from './rules.js';
import { EndpointIndex } from './services/endpoint-index.js';
import { selectedBy, withWorkloads } from './services/selected-workloads.js';
import type { Host, Service } from './services/service.js';
import {
  endpointsListed,
  endpointsOfEntry,
  servicesOfEntry,
  workloadLabels,
  workloadSelector,
} from './services/service-entries.js';
import { ServiceRegistry } from './services/service-registry.js';
import type { ConfigObject, MeshSpec, ServiceSpec } from './spec.js';

const NONE: readonly ConfigKey[] = [];

export abstract class MeshObjects {
  readonly endpoints = new EndpointIndex();
  readonly proxies: readonly Proxy[];
  readonly rootNamespace: string;
  readonly #services = new ServiceRegistry();
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
    /** Shared by the istiods of one cluster: proxies remember names when they go from one to another. */
    readonly keys = new KeyInterner(),
    proxies?: readonly Proxy[],
  ) {
    this.rootNamespace = spec.rootNamespace;
    this.#discovery = new Discovery(spec, rules);
    for (const service of spec.services) {
      if (this.handles('Service', service.namespace)) this.#setReadyAtStart(this.setService(service));
    }
    for (const config of spec.configs) {
      if (this.handles(config.kind, config.namespace) && foreignBy(config, rules) === undefined) this.setConfig(config);
    }
    for (const service of this.#services.all()) {
      if (service.entry !== undefined) this.#setReadyAtStart(service);
      else this.#addWorkloadsAtStart(service);
    }
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

  /** Changes with every service that comes, goes or is replaced. */
  get servicesVersion(): number {
    return this.#services.version;
  }

  /** Adds or replaces; answers the service with its lasting id. `made` says of which ServiceEntry it is made. */
  setService(spec: ServiceSpec, made?: Pick<Service, 'entry' | 'listed'>): Service {
    return this.#services.set(this.serviceKey(spec.namespace, spec.host), spec, made);
  }

  /** Whether or not it has a service. */
  host(key: ConfigKey): Host {
    return this.#services.host(key);
  }

  kubernetesService(key: ConfigKey): Service | undefined {
    return this.#services.ofKubernetes(key);
  }

  /** The Kubernetes Service; a ServiceEntry's of the same host stays. */
  deleteService(key: ConfigKey): void {
    this.#services.deleteOfKubernetes(key);
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
    const origins = [object, ...dependentsOf(object, (kind) => this.configs(kind))];
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
    for (const dependent of dependentsOf(object, (kind) => this.configs(kind))) {
      const key = this.keys.of(dependent.kind, dependent.namespace, dependent.name);
      this.#convertAnew(key, this.#convert(dependent));
    }
  }

  /** Services of one ServiceEntry, or of one that is gone. Of two entries with one host the one written last counts. */
  #setEntryServices({ key, object }: Config): void {
    const before = this.#madeOf.get(key) ?? NONE;
    const isGone = this.config(key) === undefined;
    const listed = endpointsOfEntry(object, this.#workloadsFor(object));
    const specs = isGone ? [] : servicesOfEntry(object, listed.length);
    const made = specs.map((spec) => this.setService(spec, { entry: key, listed }).key);
    for (const host of before) {
      if (!made.includes(host) && this.#services.ofEntry(host)?.entry === key) this.#services.deleteOfEntry(host);
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
    return made.map((key) => this.#services.ofEntry(key)).filter((service) => service !== undefined);
  }

  /** WorkloadEntries that are endpoints of a Kubernetes Service. */
  workloadsOf(service: Service): readonly ConfigObject[] {
    const workloads = this.#configs.get('WorkloadEntry');
    return workloads === undefined ? [] : selectedBy(service, workloads.values());
  }

  #convertAnew(origin: ConfigKey, objects: readonly ConfigObject[]): void {
    const before = this.#converted.get(origin) ?? NONE;
    if (before.length === 0 && objects.length === 0) return;
    const made = objects.map((object) => this.setConfig(object, origin).key);
    for (const key of before) if (!made.includes(key)) this.deleteConfig(key);
    this.#converted.set(origin, made);
  }

  #setReadyAtStart({ id, spec, entry, listed }: Service): void {
    if (entry !== undefined) this.endpoints.setShard(id, 'external', endpointsListed(spec.endpoints, listed));
    else
      this.endpoints.setShard(id, 'kubernetes', {
        ready: spec.endpoints,
        labelled: spec.labelled,
        accounts: spec.accounts ?? 'default',
      });
  }

  #addWorkloadsAtStart(service: Service): void {
    const workloads = this.workloadsOf(service);
    if (workloads.length === 0) return;
    const { endpoints: ready, labelled, accounts = 'default' } = service.spec;
    this.endpoints.setShard(service.id, 'kubernetes', withWorkloads({ ready, labelled, accounts }, workloads));
  }
}
