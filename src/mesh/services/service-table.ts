/**
 * The service registry as one push context sees it (`PushContext.ServiceIndex`), and the selections of services that
 * scopes make from it. A selection depends on nothing but this table, so it is kept here and shared by every push
 * context that took the table over unchanged.
 */
import type { EgressHost, Sidecar } from '../config/configs.js';
import { hostMatches } from '../hosts.js';
import type { ConfigKey } from '../keys.js';
import { isHidden, isPublic, isVisible } from '../scopes/visibility.js';
import { isEds, isHttp, isSniffed, type Service } from './service.js';

/** Services some proxies import, in registry order, with what proxies subscribe to because of them. */
export class ServiceSelection {
  readonly #own: ReadonlySet<ConfigKey>;
  readonly #base: ServiceSelection | undefined;
  readonly #names = new Map<boolean, NameSet<ConfigKey>>();
  #routes: NameSet<string> | undefined;
  #hash: number | undefined;

  /** `base` is a selection that is wholly contained; `own` are the services beyond it. */
  constructor(
    readonly services: readonly Service[],
    own: readonly Service[],
    base?: ServiceSelection,
  ) {
    this.#own = new Set(own.map((service) => service.key));
    this.#base = base;
  }

  has(key: ConfigKey): boolean {
    return this.#own.has(key) || (this.#base?.has(key) ?? false);
  }

  /** Equal for selections of the same services, whichever push context made them. */
  get hash(): number {
    if (this.#hash === undefined) {
      this.#hash = 0;
      for (const service of this.services) this.#hash = (this.#hash + service.key.hash) % 2 ** 50;
    }
    return this.#hash;
  }

  /** The services whose clusters Envoy asks endpoints for, by their ServiceEntry keys. */
  edsNames(gateway: boolean): NameSet<ConfigKey> {
    let names = this.#names.get(gateway);
    if (names === undefined) {
      names = new NameSet(this.services.filter((service) => isEds(service, gateway)).map((service) => service.key));
      this.#names.set(gateway, names);
    }
    return names;
  }

  /** Outbound route names of a sidecar: one per HTTP port number, and per sniffed port of a service (`core/httproute.go`). */
  routeNames(): NameSet<string> {
    if (this.#routes === undefined) {
      const ports = new Set<string>();
      for (const service of this.services) {
        for (const { protocol, number } of service.spec.ports) {
          if (isHttp(protocol)) ports.add(String(number));
          else if (isSniffed(protocol)) ports.add(`${service.spec.host}:${number}`);
        }
      }
      this.#routes = new NameSet([...ports].sort());
    }
    return this.#routes;
  }
}

/** A set of subscribed names that many connections share; what one set adds to another is worked out once. */
export class NameSet<T> {
  /** Each once. */
  readonly list: readonly T[];
  readonly #names: ReadonlySet<T>;
  readonly #added = new WeakMap<NameSet<T>, readonly T[]>();

  constructor(names: readonly T[]) {
    this.#names = new Set(names);
    this.list = [...this.#names];
  }

  get size(): number {
    return this.list.length;
  }

  has(name: T): boolean {
    return this.#names.has(name);
  }

  [Symbol.iterator](): Iterator<T> {
    return this.list.values();
  }

  /** Names in this set that are not in `before`. */
  addedTo(before: NameSet<T>): readonly T[] {
    if (before === this) return [];
    let added = this.#added.get(before);
    if (added === undefined) {
      added = this.list.filter((name) => !before.has(name));
      this.#added.set(before, added);
    }
    return added;
  }

  /** Whether both hold the same names. */
  equals(other: NameSet<T>): boolean {
    return other === this || (other.size === this.size && this.addedTo(other).length === 0);
  }
}

export class ServiceTable {
  readonly #byNamespace = new Map<string, Service[]>();
  readonly #byHost = new Map<string, Service[]>();
  readonly #shared: ServiceSelection;
  readonly #restricted: readonly Service[];
  readonly #defaults = new Map<string, ServiceSelection>();
  readonly #scoped = new Map<Sidecar, Map<string, ServiceSelection>>();
  /** Services that somebody may see (`GetTotalServiceCount`), and those that their own namespace sees (`GetAllServices`). */
  readonly seenCount: number;
  readonly seenAtHomeCount: number;

  constructor(readonly services: readonly Service[]) {
    const shared: Service[] = [];
    const restricted: Service[] = [];
    for (const service of services) {
      append(this.#byNamespace, service.spec.namespace, service);
      append(this.#byHost, service.spec.host, service);
      (isPublic(service.spec.exportTo) ? shared : restricted).push(service);
    }
    this.#shared = new ServiceSelection(shared, shared);
    this.#restricted = restricted;
    const seen = restricted.filter(({ spec }) => !isHidden(spec.exportTo));
    this.seenCount = shared.length + seen.length;
    this.seenAtHomeCount = shared.length + seen.filter((service) => sees(service.spec.namespace, service)).length;
  }

  /** Sum over namespaces of the number of services squared. */
  get namespacePairs(): number {
    let pairs = 0;
    for (const { length } of this.#byNamespace.values()) pairs += length * length;
    return pairs;
  }

  byHost(host: string): readonly Service[] {
    return this.#byHost.get(host) ?? [];
  }

  /** Everything visible to a namespace: what a proxy without a Sidecar imports. */
  visibleTo(namespace: string): ServiceSelection {
    let selection = this.#defaults.get(namespace);
    if (selection === undefined) {
      const own = this.#restricted.filter((service) => sees(namespace, service));
      selection =
        own.length === 0 ? this.#shared : new ServiceSelection([...this.#shared.services, ...own], own, this.#shared);
      this.#defaults.set(namespace, selection);
    }
    return selection;
  }

  /** What the egress hosts of a Sidecar select for proxies of `namespace` (`SidecarScope`, `model/sidecar.go`). */
  importedBy(sidecar: Sidecar, namespace: string): ServiceSelection {
    if (sidecar.egress === undefined) return this.visibleTo(namespace);
    let byNamespace = this.#scoped.get(sidecar);
    if (byNamespace === undefined) {
      byNamespace = new Map();
      this.#scoped.set(sidecar, byNamespace);
    }
    let selection = byNamespace.get(namespace);
    if (selection === undefined) {
      const chosen = new Set<Service>();
      for (const host of sidecar.egress) for (const service of this.#matching(host, namespace)) chosen.add(service);
      const services = [...chosen].sort((a, b) => a.id - b.id);
      selection = new ServiceSelection(services, services);
      byNamespace.set(namespace, selection);
    }
    return selection;
  }

  *#matching(egress: EgressHost, viewer: string): Generator<Service> {
    if (egress.namespace === '~') return;
    const owner = egress.namespace === '.' ? viewer : egress.namespace;
    const candidates = owner === '*' ? this.services : (this.#byNamespace.get(owner) ?? []);
    for (const service of candidates) {
      if (hostMatches(egress.host, service.spec.host) && sees(viewer, service)) yield service;
    }
  }
}

function sees(namespace: string, service: Service): boolean {
  return isVisible(service.spec.exportTo, service.spec.namespace, namespace);
}

function append<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}
