/**
 * The EndpointSlices of a cluster, endpoint by endpoint: what a write of one is worth to istiod
 * (`model/endpointshards.go`: endpointUpdateRequiresPush). Not every write is: a new endpoint that is not ready, or a
 * step of one on its way out, changes nothing that proxies are told. Labels and service accounts of endpoints are those
 * of their Pods.
 */
import type { EndpointSpec, LabelledEndpoints, PodSpec, SliceSpec } from '../spec.js';
import { groupedByLabels } from './labelled.js';

/** Healthy endpoints of a service now. */
export interface ReadyEndpoints {
  readonly ready: number;
  /** By their labels, and the accounts they run as: where the Pods of all of them are known. */
  readonly labelled?: readonly LabelledEndpoints[];
  readonly accounts?: string;
}

export interface SliceEffect extends ReadyEndpoints {
  readonly service: string;
  /** Whether some endpoint became healthy or ceased to be, is gone, or is another one. */
  readonly changed: boolean;
  /** Whether all that changed is in the attributes of endpoints that were there before. */
  readonly attributesOnly: boolean;
}

export class EndpointSlices {
  readonly #slices = new Map<string, SliceSpec>();
  /** Slices by NAMESPACE/SERVICE. */
  readonly #ofService = new Map<string, Set<string>>();

  /** NAMESPACE/NAME of Pods that are gone: their endpoints count for nothing, even while slices still have them. */
  readonly #gonePods = new Set<string>();
  readonly #pods = new Map<string, PodSpec>();
  readonly #podsByAddress = new Map<string, PodSpec>();

  constructor(slices: readonly SliceSpec[], pods: readonly PodSpec[] = []) {
    for (const pod of pods) this.putPod(pod);
    for (const slice of slices) this.write(slice);
  }

  get all(): readonly SliceSpec[] {
    return [...this.#slices.values()];
  }

  get pods(): readonly PodSpec[] {
    return [...this.#pods.values()];
  }

  /** Its slices, if any is known by name. */
  knows(namespace: string, name: string): SliceSpec | undefined {
    return this.#slices.get(`${namespace}/${name}`);
  }

  pod(namespace: string, name: string): PodSpec | undefined {
    return this.#pods.get(`${namespace}/${name}`);
  }

  /** Tells nobody. */
  putPod(pod: PodSpec): void {
    this.podIsThere(pod.namespace, pod.name, true);
    this.#pods.set(`${pod.namespace}/${pod.name}`, pod);
    for (const address of pod.addresses) this.#podsByAddress.set(address, pod);
  }

  /** Tells nobody: it shows at the next write of the slice. */
  podIsThere(namespace: string, name: string, isThere: boolean): void {
    const id = `${namespace}/${name}`;
    if (isThere) {
      this.#gonePods.delete(id);
      return;
    }
    this.#gonePods.add(id);
    for (const address of this.#pods.get(id)?.addresses ?? []) this.#podsByAddress.delete(address);
    this.#pods.delete(id);
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
    const difference = differenceOf(before, slice);
    return {
      service: slice.service,
      ...this.#endpointsIn(slices),
      changed: difference !== 'none',
      attributesOnly: difference === 'attributes',
    };
  }

  /** Undefined when there is no such slice. */
  delete(namespace: string, name: string): SliceEffect | undefined {
    const id = `${namespace}/${name}`;
    const before = this.#slices.get(id);
    if (before === undefined) return undefined;
    this.#forget(id, before);
    const rest = this.#ofService.get(`${namespace}/${before.service}`) ?? new Set();
    const changed = before.endpoints.length > 0;
    return { service: before.service, ...this.#endpointsIn(rest), changed, attributesOnly: false };
  }

  /** The slices of a Service go with it. */
  deleteOf(namespace: string, service: string): void {
    for (const id of this.#ofService.get(`${namespace}/${service}`) ?? []) this.#slices.delete(id);
    this.#ofService.delete(`${namespace}/${service}`);
  }

  /** Healthy endpoints of a service; undefined when it has no slices. */
  endpointsOf(namespace: string, service: string): ReadyEndpoints | undefined {
    const slices = this.#ofService.get(`${namespace}/${service}`);
    return slices === undefined || slices.size === 0 ? undefined : this.#endpointsIn(slices);
  }

  ready(namespace: string, service: string): number | undefined {
    return this.endpointsOf(namespace, service)?.ready;
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

  #endpointsIn(slices: ReadonlySet<string>): ReadyEndpoints {
    const healthy = this.#healthyIn(slices);
    if (this.#pods.size === 0) return { ready: healthy.length };
    const pods: PodSpec[] = [];
    for (const { endpoint, namespace } of healthy) {
      const pod = this.#pods.get(`${namespace}/${endpoint.id}`) ?? this.#podsByAddress.get(endpoint.address);
      if (pod === undefined) return { ready: healthy.length };
      pods.push(pod);
    }
    const accounts = [...new Set(pods.map(({ account }) => account))].sort().join(',');
    return {
      ready: healthy.length,
      labelled: groupedByLabels(pods.map(({ labels }) => labels)),
      ...(accounts === '' ? {} : { accounts }),
    };
  }

  /** Each once: an endpoint with two addresses is in a slice of each family. */
  #healthyIn(slices: ReadonlySet<string>): readonly { readonly endpoint: EndpointSpec; readonly namespace: string }[] {
    const found = new Map<string, { endpoint: EndpointSpec; namespace: string }>();
    for (const id of slices) {
      const { endpoints, namespace } = this.#slices.get(id)!;
      for (const endpoint of endpoints) if (endpoint.healthy) found.set(endpoint.id, { endpoint, namespace });
    }
    return [...found.values()];
  }
}

/** `attributes`: no endpoint came or went, or is healthier than before. */
function differenceOf(before: SliceSpec | undefined, after: SliceSpec): 'none' | 'attributes' | 'endpoints' {
  if (before === undefined) return after.endpoints.some(({ healthy }) => healthy) ? 'endpoints' : 'none';
  if (before.ports !== after.ports) return 'endpoints';
  const old = new Map<string, EndpointSpec>(before.endpoints.map((endpoint) => [endpoint.id, endpoint]));
  let attributes = false;
  for (const endpoint of after.endpoints) {
    const known = old.get(endpoint.id);
    old.delete(endpoint.id);
    if (known === undefined ? endpoint.healthy : known.healthy !== endpoint.healthy) return 'endpoints';
    if (known !== undefined && known.attributes !== endpoint.attributes) attributes = true;
  }
  if (old.size > 0) return 'endpoints';
  return attributes ? 'attributes' : 'none';
}
