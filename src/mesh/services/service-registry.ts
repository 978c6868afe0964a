/**
 * The services of all registries by their ServiceEntry keys. A host may be one of Kubernetes and of a ServiceEntry: then
 * proxies see that of Kubernetes (`model/push_context.go`: initServiceRegistry), and the other one stays behind it.
 */
import type { ConfigKey } from '../keys.js';
import type { ServiceSpec } from '../spec.js';
import type { Host, Service } from './service.js';

export class ServiceRegistry {
  /** Changes with every service that comes, goes or is replaced. */
  version = 0;
  readonly #ids = new Map<ConfigKey, number>();
  readonly #services = new Map<ConfigKey, Service>();
  /** Services of ServiceEntries for hosts that a Kubernetes Service has as well. */
  readonly #shadowed = new Map<ConfigKey, Service>();

  get(key: ConfigKey): Service | undefined {
    return this.#services.get(key);
  }

  values(): IterableIterator<Service> {
    return this.#services.values();
  }

  get size(): number {
    return this.#services.size;
  }

  /** Those that proxies see, and those behind them. */
  all(): readonly Service[] {
    return [...this.#services.values(), ...this.#shadowed.values()];
  }

  /** Adds or replaces; answers the service with its lasting id. `made` says of which ServiceEntry it is made. */
  set(key: ConfigKey, spec: ServiceSpec, made?: Pick<Service, 'entry' | 'listed'>): Service {
    const service: Service = { ...this.host(key), spec, entry: made?.entry, listed: made?.listed ?? [] };
    const known = this.#services.get(key);
    if (made !== undefined && known !== undefined && known.entry === undefined) this.#shadowed.set(key, service);
    else {
      if (made === undefined && known?.entry !== undefined) this.#shadowed.set(key, known);
      this.#services.set(key, service);
    }
    this.version += 1;
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

  /** The service that a ServiceEntry makes of the host, whoever comes first. */
  ofEntry(key: ConfigKey): Service | undefined {
    const service = this.#services.get(key);
    return service?.entry === undefined ? this.#shadowed.get(key) : service;
  }

  /** The Kubernetes Service of the host. */
  ofKubernetes(key: ConfigKey): Service | undefined {
    const service = this.#services.get(key);
    return service?.entry === undefined ? service : undefined;
  }

  /** The Kubernetes Service goes; a ServiceEntry's of the same host stays. */
  deleteOfKubernetes(key: ConfigKey): void {
    if (this.ofKubernetes(key) === undefined) return;
    const shadowed = this.#shadowed.get(key);
    this.#shadowed.delete(key);
    if (shadowed === undefined) this.#services.delete(key);
    else this.#services.set(key, shadowed);
    this.version += 1;
  }

  deleteOfEntry(key: ConfigKey): void {
    if (!this.#shadowed.delete(key)) this.#services.delete(key);
    this.version += 1;
  }
}
