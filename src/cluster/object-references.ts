/**
 * What each write is about, for whoever measures: the object, the endpoints it took out of service, and the routes it
 * left pointing at a subset that no DestinationRule defines, or mended.
 */
import { list, text } from '../mesh/config/fields.js';
import { resolveHost } from '../mesh/hosts.js';
import type { ConfigObject, MeshSpec } from '../mesh/spec.js';
import type { DanglingRoute, ObjectReference } from '../pipeline/model/change.js';
import type { WatchEvent } from '../pipeline/model/watch-event.js';

export class ObjectReferences {
  /** Ready endpoints by namespace and host, as last written. */
  readonly #ready = new Map<string, number>();
  readonly #names = new Map<string, string>();
  /** Only of objects that name or define subsets: by object, `host subset`. */
  readonly #named = new Map<string, readonly string[]>();
  readonly #defined = new Map<string, readonly string[]>();
  /** Of the routes in `#named`: whether gateways have them (true), other proxies (false), or both. */
  readonly #bound = new Map<string, readonly boolean[]>();
  #dangling: ReadonlyMap<string, DanglingRoute> = new Map();

  constructor(mesh: MeshSpec) {
    for (const { namespace, host, name, endpoints } of mesh.services) {
      this.#ready.set(`${namespace}/${host}`, endpoints);
      this.#names.set(`${namespace}/${host}`, name);
    }
    for (const config of mesh.configs) this.#put(config);
    this.#dangling = this.#findDangling();
  }

  /** To be asked once for each write, in order. */
  of(event: WatchEvent): ObjectReference {
    switch (event.of) {
      case 'service': {
        if (event.action === 'write') {
          const { namespace, host, name } = event.service;
          this.#names.set(`${namespace}/${host}`, name);
          return { kind: 'Service', namespace, name };
        }
        return { kind: 'Service', ...this.#service(event), ...this.#removed(event.namespace, event.host, 0) };
      }
      case 'endpoints':
        return {
          kind: 'EndpointSlice',
          ...this.#service(event),
          ...this.#removed(event.namespace, event.host, event.ready),
          ...(event.serves === undefined ? {} : { serves: event.serves }),
        };
      case 'pod':
        return {
          kind: 'Pod',
          namespace: event.namespace ?? '',
          name: event.proxy === undefined ? '' : `of proxy ${event.proxy}`,
        };
      case 'mesh':
        return { kind: 'MeshConfig', namespace: '', name: '' };
      case 'config': {
        const { kind, namespace, name } = event.action === 'write' ? event.object : event;
        if (event.action === 'write') this.#put(event.object);
        else this.#remove(kind, `${namespace}/${name}`);
        return { kind, namespace, name, ...this.#subsets(kind) };
      }
    }
  }

  #service({ namespace, host }: { namespace: string; host: string }): { namespace: string; name: string } {
    return { namespace, name: this.#names.get(`${namespace}/${host}`) ?? host };
  }

  #removed(namespace: string, host: string, ready: number): { removed?: number } {
    const id = `${namespace}/${host}`;
    const removed = (this.#ready.get(id) ?? 0) - ready;
    this.#ready.set(id, ready);
    return removed > 0 ? { removed } : {};
  }

  #put(config: ConfigObject): void {
    const table = this.#table(config.kind);
    if (table === undefined) return;
    const id = `${config.namespace}/${config.name}`;
    const subsets = table === this.#named ? subsetsNamed(config) : subsetsDefined(config);
    if (table === this.#named) this.#bound.set(id, boundTo(config));
    if (subsets.length > 0) table.set(id, subsets);
    else table.delete(id);
  }

  #remove(kind: string, id: string): void {
    this.#table(kind)?.delete(id);
  }

  #table(kind: string): Map<string, readonly string[]> | undefined {
    if (kind === 'VirtualService') return this.#named;
    return kind === 'DestinationRule' ? this.#defined : undefined;
  }

  #subsets(kind: string): Pick<ObjectReference, 'opens' | 'closes'> {
    if (this.#table(kind) === undefined) return {};
    const before = this.#dangling;
    this.#dangling = this.#findDangling();
    const opens = [...this.#dangling].flatMap(([key, route]) => (before.has(key) ? [] : route));
    const closes = [...before].flatMap(([key, route]) => (this.#dangling.has(key) ? [] : route));
    return { ...(opens.length > 0 ? { opens } : {}), ...(closes.length > 0 ? { closes } : {}) };
  }

  #findDangling(): ReadonlyMap<string, DanglingRoute> {
    const defined = new Set([...this.#defined.values()].flat());
    const dangling = new Map<string, DanglingRoute>();
    for (const [route, subsets] of this.#named) {
      for (const subset of subsets) {
        if (defined.has(subset)) continue;
        const id = `VirtualService ${route} to ${subset}`;
        for (const atGateways of this.#bound.get(route) ?? []) dangling.set(`${id} ${atGateways}`, { id, atGateways });
      }
    }
    return dangling;
  }
}

/** `gateways` of a VirtualService: none means all sidecars, which is also what `mesh` in it means. */
function boundTo({ spec }: ConfigObject): readonly boolean[] {
  const gateways: readonly unknown[] = Array.isArray(spec.gateways) ? spec.gateways : [];
  const atSidecars = gateways.length === 0 || gateways.includes('mesh');
  const atGateways = gateways.some((name) => name !== 'mesh');
  return [...(atSidecars ? [false] : []), ...(atGateways ? [true] : [])];
}

/** Every destination with a subset, wherever in the spec it stands. */
export function subsetsNamed({ spec, namespace }: ConfigObject): readonly string[] {
  const found: string[] = [];
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) value.forEach(visit);
    else if (typeof value === 'object' && value !== null) {
      const { host, subset } = value as { host?: unknown; subset?: unknown };
      if (typeof host === 'string' && typeof subset === 'string')
        found.push(`${resolveHost(host, namespace)} ${subset}`);
      Object.values(value).forEach(visit);
    }
  };
  visit(spec);
  return found;
}

function subsetsDefined({ spec, namespace }: ConfigObject): readonly string[] {
  const host = resolveHost(text(spec.host), namespace);
  return list(spec.subsets).map(({ name }) => `${host} ${text(name)}`);
}
