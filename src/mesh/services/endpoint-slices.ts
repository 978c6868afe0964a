/**
 * The EndpointSlices of a cluster, endpoint by endpoint: what a write of one is worth to istiod
 * (`model/endpointshards.go`: endpointUpdateRequiresPush). Not every write is: a new endpoint that is not ready, or a
 * step of one on its way out, changes nothing that proxies are told.
 */
import type { EndpointSpec, SliceSpec } from '../spec.js';

export interface SliceEffect {
  readonly service: string;
  /** Healthy endpoints of the service afterwards. */
  readonly ready: number;
  /** Whether some endpoint became healthy or ceased to be, is gone, or is another one. */
  readonly changed: boolean;
}

export class EndpointSlices {
  readonly #slices = new Map<string, SliceSpec>();
  /** Slices by NAMESPACE/SERVICE. */
  readonly #ofService = new Map<string, Set<string>>();

  /** NAMESPACE/NAME of Pods that are gone: their endpoints count for nothing, even while slices still have them. */
  readonly #gonePods = new Set<string>();

  constructor(slices: readonly SliceSpec[]) {
    for (const slice of slices) this.write(slice);
  }

  get all(): readonly SliceSpec[] {
    return [...this.#slices.values()];
  }

  /** Its slices, if any is known by name. */
  knows(namespace: string, name: string): SliceSpec | undefined {
    return this.#slices.get(`${namespace}/${name}`);
  }

  /** Tells nobody: it shows at the next write of the slice. */
  podIsThere(namespace: string, name: string, isThere: boolean): void {
    if (isThere) this.#gonePods.delete(`${namespace}/${name}`);
    else this.#gonePods.add(`${namespace}/${name}`);
  }

  write(written: SliceSpec): SliceEffect {
    const slice = this.#withoutGonePods(written);
    const id = `${slice.namespace}/${slice.name}`;
    const before = this.#slices.get(id);
    if (before !== undefined && before.service !== slice.service) this.#forget(id, before);
    this.#slices.set(id, slice);
    const service = `${slice.namespace}/${slice.service}`;
    let slices = this.#ofService.get(service);
    if (slices === undefined) {
      slices = new Set();
      this.#ofService.set(service, slices);
    }
    slices.add(id);
    return { service: slice.service, ready: this.#ready(slices), changed: differs(before, slice) };
  }

  /** Undefined when there is no such slice. */
  delete(namespace: string, name: string): SliceEffect | undefined {
    const id = `${namespace}/${name}`;
    const before = this.#slices.get(id);
    if (before === undefined) return undefined;
    this.#forget(id, before);
    const rest = this.#ofService.get(`${namespace}/${before.service}`) ?? new Set();
    return { service: before.service, ready: this.#ready(rest), changed: before.endpoints.length > 0 };
  }

  /** Healthy endpoints of a service; undefined when it has no slices. */
  ready(namespace: string, service: string): number | undefined {
    const slices = this.#ofService.get(`${namespace}/${service}`);
    return slices === undefined || slices.size === 0 ? undefined : this.#ready(slices);
  }

  #withoutGonePods(slice: SliceSpec): SliceSpec {
    if (this.#gonePods.size === 0) return slice;
    const { namespace, endpoints } = slice;
    const isGone = ({ id }: EndpointSpec): boolean => this.#gonePods.has(`${namespace}/${id}`);
    return endpoints.some(isGone) ? { ...slice, endpoints: endpoints.filter((one) => !isGone(one)) } : slice;
  }

  #forget(id: string, slice: SliceSpec): void {
    this.#slices.delete(id);
    this.#ofService.get(`${slice.namespace}/${slice.service}`)?.delete(id);
  }

  /** An endpoint with two addresses is in a slice of each family, and one. */
  #ready(slices: ReadonlySet<string>): number {
    if (slices.size === 1) {
      const [only] = slices;
      return this.#slices.get(only!)?.endpoints.reduce((sum, { healthy }) => sum + (healthy ? 1 : 0), 0) ?? 0;
    }
    const ids = new Set<string>();
    for (const id of slices)
      for (const endpoint of this.#slices.get(id)?.endpoints ?? []) if (endpoint.healthy) ids.add(endpoint.id);
    return ids.size;
  }
}

function differs(before: SliceSpec | undefined, after: SliceSpec): boolean {
  if (before === undefined) return after.endpoints.some(({ healthy }) => healthy);
  if (before.ports !== after.ports) return true;
  const old = new Map<string, EndpointSpec>(before.endpoints.map((endpoint) => [endpoint.id, endpoint]));
  for (const endpoint of after.endpoints) {
    const known = old.get(endpoint.id);
    old.delete(endpoint.id);
    if (known === undefined ? endpoint.healthy : isOther(known, endpoint)) return true;
  }
  return old.size > 0;
}

function isOther(before: EndpointSpec, after: EndpointSpec): boolean {
  return before.healthy !== after.healthy || before.attributes !== after.attributes;
}
