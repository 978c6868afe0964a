/**
 * The cluster as its users write it: which objects exist now and how many endpoints each service has. Event sources
 * choose their targets here; istiod learns of each write a watch latency later.
 */
import type { Stream } from '../engine/random/streams.js';
import type { ConfigKind } from '../istio/kinds.js';
import { selects } from '../mesh/config/configs.js';
import { EndpointSlices } from '../mesh/services/endpoint-slices.js';
import { endpointsOfEntry, servicesOfEntry } from '../mesh/services/service-entries.js';
import type { ConfigObject, LabelledEndpoints, MeshSpec, ServiceSpec } from '../mesh/spec.js';
import type { ProxySet, Target } from './event-spec.js';

export interface LiveService {
  spec: ServiceSpec;
  ready: number;
  /** The ready ones by their labels, and the accounts they run as, where those are known. */
  labelled?: readonly LabelledEndpoints[] | undefined;
  accounts?: string | undefined;
}

export interface Named {
  readonly namespace: string;
  readonly name: string;
}

export class ClusterState {
  readonly #services = new Map<string, LiveService>();
  #names: readonly Named[] | undefined;
  /** Services that ServiceEntry objects make, by NAMESPACE/HOST: found by name and never drawn. */
  readonly #external = new Map<string, LiveService>();
  readonly #configs = new Map<ConfigKind, Map<string, ConfigObject>>();
  /** Of services whose slices are written one by one; the others have numbers of endpoints. */
  readonly slices: EndpointSlices;

  constructor(mesh: MeshSpec) {
    this.slices = new EndpointSlices(mesh.slices ?? [], mesh.pods);
    for (const spec of mesh.services) this.putService(spec, spec.endpoints);
    for (const object of mesh.configs) this.putConfig(object);
  }

  /** What there is now, as whoever lists everything sees it. */
  snapshot(mesh: MeshSpec): MeshSpec {
    return { ...mesh, ...this.toMesh() };
  }

  putService(spec: ServiceSpec, ready: number): LiveService {
    const { labelled, accounts } = spec;
    const service: LiveService = { spec, ready, labelled, accounts };
    this.#services.set(idOf(spec), service);
    this.#names = undefined;
    return service;
  }

  service(name: Named): LiveService | undefined {
    return this.#services.get(idOf(name));
  }

  /** Anything with endpoints. */
  endpointsOf(name: Named): LiveService | undefined {
    return this.service(name) ?? this.#external.get(idOf(name));
  }

  /** Services whose selector a Pod of the namespace with these labels matches. */
  servicesSelecting(namespace: string, labels: Readonly<Record<string, string>>): readonly LiveService[] {
    return [...this.#services.values()].filter(({ spec }) => {
      const { selector = {} } = spec;
      return spec.namespace === namespace && Object.keys(selector).length > 0 && selects(selector, labels);
    });
  }

  removeService(name: Named): void {
    this.#services.delete(idOf(name));
    this.#names = undefined;
  }

  /** What can be drawn, in the order of creation. Asked for by every event, so the list is kept while it holds. */
  serviceNames(): readonly Named[] {
    this.#names ??= Array.from(this.#services.values(), ({ spec: { namespace, name } }) => ({ namespace, name }));
    return this.#names;
  }

  putConfig(object: ConfigObject): void {
    let ofKind = this.#configs.get(object.kind);
    if (ofKind === undefined) {
      ofKind = new Map();
      this.#configs.set(object.kind, ofKind);
    }
    this.#removeExternal(ofKind.get(idOf(object)));
    ofKind.set(idOf(object), object);
    for (const spec of externalOf(object)) this.#external.set(idOf(spec), { spec, ready: spec.endpoints });
  }

  config(kind: ConfigKind, name: Named): ConfigObject | undefined {
    return this.#configs.get(kind)?.get(idOf(name));
  }

  removeConfig(kind: ConfigKind, name: Named): void {
    const object = this.config(kind, name);
    this.#configs.get(kind)?.delete(idOf(name));
    this.#removeExternal(object);
  }

  #removeExternal(object: ConfigObject | undefined): void {
    if (object !== undefined) for (const spec of externalOf(object)) this.#external.delete(idOf(spec));
  }

  /** What exists now, as a mesh. */
  toMesh(): Pick<MeshSpec, 'services' | 'configs' | 'slices' | 'pods'> {
    const services = Array.from(this.#services.values(), ({ spec, ready, labelled, accounts }) => {
      const { labelled: _labelled, accounts: _accounts, ...rest } = spec;
      const known = labelled === undefined ? {} : { labelled };
      return { ...rest, endpoints: Math.max(0, ready), ...known, ...(accounts === undefined ? {} : { accounts }) };
    });
    return {
      services,
      configs: [...this.#configs.values()].flatMap((ofKind) => [...ofKind.values()]),
      slices: this.slices.all,
      pods: this.slices.pods,
    };
  }

  configs(kind: ConfigKind): readonly ConfigObject[] {
    return [...(this.#configs.get(kind)?.values() ?? [])];
  }
}

/** Chooses one of `candidates`: by name, in turn, or at random. `occurrence` counts from 0. */
export function choose<T extends Named>(
  candidates: readonly T[],
  target: Target,
  occurrence: number,
  random: Stream,
): T | undefined {
  if (target.pick === 'named') {
    return candidates.find(({ namespace, name }) => namespace === target.namespace && name === target.name);
  }
  const inScope =
    target.namespace === undefined ? candidates : candidates.filter(({ namespace }) => namespace === target.namespace);
  if (inScope.length === 0) return undefined;
  return inScope[target.pick === 'each' ? occurrence % inScope.length : random.integer(inScope.length)];
}

/** Positions of the proxies of a set. A name is of one proxy, or else of a group: NAME-0, NAME-1, … */
export function proxiesOf(set: ProxySet, proxies: readonly Named[]): readonly number[] {
  const those = (belongs: (proxy: Named) => boolean) => [...proxies.keys()].filter((i) => belongs(proxies[i]!));
  if (set.pick === 'all') return those(() => true);
  if (set.pick === 'namespace') return those(({ namespace }) => namespace === set.namespace);
  const one = those(({ namespace, name }) => namespace === set.namespace && name === set.name);
  if (one.length > 0) return one;
  const start = `${set.name}-`;
  return those(
    ({ namespace, name }) =>
      namespace === set.namespace && name.startsWith(start) && /^\d+$/.test(name.slice(start.length)),
  );
}

/** Which part of an object a write of `after` changes; undefined when there is nothing to write. */
export function editOf(
  before: ConfigObject | undefined,
  after: ConfigObject,
): 'spec' | 'metadata' | 'status' | undefined {
  if (before === undefined || canonical(before.spec) !== canonical(after.spec)) return 'spec';
  if (canonical(before.labels) !== canonical(after.labels)) return 'metadata';
  if (canonical(before.annotations ?? {}) !== canonical(after.annotations ?? {})) return 'metadata';
  // What an applied file does not say of the status it leaves alone.
  return after.status === undefined || after.status === before.status ? undefined : 'status';
}

/** The same text for the same content, in whatever order its keys were written. */
export function canonical(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}

function externalOf(object: ConfigObject): readonly ServiceSpec[] {
  if (object.kind !== 'ServiceEntry') return [];
  return servicesOfEntry(object, endpointsOfEntry(object, []).length);
}

function idOf({ namespace, name }: Named): string {
  return `${namespace}/${name}`;
}
