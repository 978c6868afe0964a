/** The objects at the start → services, workloads, configuration and istiod, as a scenario has them. */

import { EndpointSlices } from '../../mesh/services/endpoint-slices.js';
import { serviceOf, sliceOf } from '../../mesh/services/kubernetes.js';
import type { ServiceSpec, SliceSpec } from '../../mesh/spec.js';
import { canonical, factsOf } from './changes.js';
import type { StateObject } from './history.js';
import { isConfig, writtenKind } from './kinds.js';
import type { PodFacts } from './pod.js';
import type { Body } from './sighting.js';

export interface Workload {
  readonly namespace: string;
  readonly name: string;
  readonly type: 'sidecar' | 'gateway' | 'waypoint';
  readonly labels: Readonly<Record<string, string>>;
  readonly dnsCapture: boolean;
  /** Names of its Pods. */
  readonly pods: string[];
  /** NAMESPACE/NAME of a service that selects it. */
  readonly service: string | undefined;
}

export interface ObservedMesh {
  readonly rootNamespace: string;
  readonly services: readonly ServiceSpec[];
  readonly slices: readonly SliceSpec[];
  readonly sliceObjects: readonly StateObject[];
  readonly workloads: readonly Workload[];
  readonly configs: readonly StateObject[];
  readonly namespaces: readonly { readonly name: string; readonly labels: Readonly<Record<string, string>> }[];
  /** Versions of the proxies, how many of each. */
  readonly versions: ReadonlyMap<string, number>;
}

export function meshOf(state: readonly StateObject[]): ObservedMesh {
  const slices = state.filter(({ kind }) => kind === 'EndpointSlice');
  const sliceSpecs = slices.flatMap((object) => sliceOf(kubernetesObject(object)) ?? []);
  const endpoints = new EndpointSlices(sliceSpecs);
  const services = state
    .filter(({ kind }) => kind === 'Service')
    .sort(byName)
    .map((object) => serviceOf(kubernetesObject(object), endpoints.ready(object.namespace, object.name) ?? 0));
  const versions = new Map<string, number>();
  const configs = state.filter(({ kind, name }) => isConfig(kind) && !(kind === 'ConfigMap' && /^istio/.test(name)));
  const selectors = state.filter(({ kind }) => kind === 'Service').sort(byAge);
  return {
    rootNamespace: 'istio-system',
    services,
    slices: sliceSpecs,
    sliceObjects: slices,
    workloads: workloadsOf(state, selectors, versions),
    configs: configs.sort(byAge),
    namespaces: state
      .filter(({ kind }) => kind === 'Namespace')
      .sort(byName)
      .map(({ name, body }) => ({ name, labels: body.labels })),
    versions,
  };
}

/** Pods that differ in nothing that istiod looks at are one workload. */
function workloadsOf(
  state: readonly StateObject[],
  services: readonly StateObject[],
  versions: Map<string, number>,
): readonly Workload[] {
  const groups = new Map<string, Workload>();
  const names = new Map<string, number>();
  for (const { kind, namespace, name, body } of [...state].sort(byName)) {
    if (kind !== 'Pod') continue;
    const pod = factsOf(body);
    if (pod.proxy === 'none') continue;
    versions.set(pod.version, (versions.get(pod.version) ?? 0) + 1);
    const key = workloadKey(namespace, pod, body);
    let group = groups.get(key);
    if (group === undefined) {
      const base = `${namespace}/${pod.workload}`;
      const again = (names.get(base) ?? 0) + 1;
      names.set(base, again);
      group = {
        namespace,
        name: again === 1 ? pod.workload : `${pod.workload}-${again}`,
        type: pod.proxy === 'grpc' ? 'sidecar' : pod.proxy,
        labels: body.labels,
        dnsCapture: pod.dnsCapture,
        pods: [],
        service: serviceSelecting(namespace, body.labels, services),
      };
      groups.set(key, group);
    }
    group.pods.push(name);
  }
  return [...groups.values()];
}

export function workloadKey(namespace: string, pod: PodFacts, body: Body): string {
  return `${namespace}/${pod.workload} ${pod.proxy} ${pod.dnsCapture} ${canonical(body.labels)}`;
}

/** The oldest, as only one can be said. */
function serviceSelecting(
  namespace: string,
  labels: Readonly<Record<string, string>>,
  services: readonly StateObject[],
): string | undefined {
  const found = services.find(({ namespace: of, body }) => {
    const { selector } = body.spec;
    if (of !== namespace || typeof selector !== 'object' || selector === null) return false;
    const terms = Object.entries(selector);
    return terms.length > 0 && terms.every(([key, value]) => labels[key] === value);
  });
  return found && `${namespace}/${found.name}`;
}

/** As the timeline and the mesh have it. */
export function kubernetesObject({ kind, namespace, name, body }: Omit<StateObject, 'resourceVersion'>) {
  return {
    kind: writtenKind(kind),
    namespace,
    name,
    labels: body.labels,
    annotations: body.annotations,
    content: body.spec,
  };
}

function byName(a: StateObject, b: StateObject): number {
  const [x, y] = [`${a.namespace}/${a.name}`, `${b.namespace}/${b.name}`];
  return x < y ? -1 : x > y ? 1 : 0;
}

/** Where Istio says that the oldest wins: by creation, then name, then namespace. */
function byAge(a: StateObject, b: StateObject): number {
  if (a.body.created !== b.body.created) return a.body.created < b.body.created ? -1 : 1;
  if (a.name !== b.name) return a.name < b.name ? -1 : 1;
  return a.namespace < b.namespace ? -1 : 1;
}
