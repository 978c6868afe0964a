/**
 * Counts that sizes and costs are linear in, taken once per selection of services or per scope and kept as long as the
 * selection or scope itself.
 */
import type { ConfigKey } from '../mesh/keys.js';
import type { Mesh } from '../mesh/mesh.js';
import type { Proxy } from '../mesh/proxies.js';
import type { SidecarScope } from '../mesh/scopes/sidecar-scope.js';
import { hasPodListeners, isHttp, isSniffed, type Service } from '../mesh/services/service.js';
import type { NameSet, ServiceSelection } from '../mesh/services/service-table.js';

export interface SelectionCounts {
  /** One cluster per service port. */
  readonly clusters: number;
  /** Characters of all hosts, once per cluster. */
  readonly hostCharacters: number;
  /** Distinct HTTP ports: one listener and one route configuration each. */
  readonly httpPorts: number;
  /** Virtual hosts over all route configurations. */
  readonly virtualHosts: number;
  /** Ports of services with a listener of their own, sniffed ones included. */
  readonly tcpPorts: number;
  /** Sniffed ports: each has a route configuration of its own. */
  readonly sniffedPorts: number;
  /** Headless services with such ports: a listener for each of their pods and ports. */
  readonly podListeners: readonly { readonly service: number; readonly ports: number }[];
}

export interface ScopeCounts extends RuleCounts {
  readonly virtualServices: number;
  /** Routes beyond the one every virtual host has anyway, and header matches. */
  readonly extraRoutes: number;
  readonly headerMatches: number;
}

const selections = new WeakMap<ServiceSelection, SelectionCounts>();
const scopes = new WeakMap<SidecarScope, ScopeCounts>();
const ruleCounts = new WeakMap<SidecarScope, Map<ConfigKey, RuleCounts>>();
const ownHosts = new WeakMap<ServiceSelection, Map<string, number>>();
const resourceSums = new WeakMap<NameSet<ConfigKey>, { readonly services: number; readonly resources: number }>();
const endpointSums = new WeakMap<NameSet<ConfigKey>, EndpointSums & { readonly of: Versions }>();

/** Versions of the mesh's services and endpoints that the sums are of. */
interface Versions {
  readonly services: number;
  readonly endpoints: number;
}

export interface EndpointSums {
  readonly resources: number;
  /** Resources with at least one endpoint. */
  readonly filled: number;
  readonly endpoints: number;
}

export function countsOf(selection: ServiceSelection): SelectionCounts {
  let counts = selections.get(selection);
  if (counts === undefined) {
    counts = count(selection.services);
    selections.set(selection, counts);
  }
  return counts;
}

function count(services: readonly Service[]): SelectionCounts {
  let clusters = 0;
  let hostCharacters = 0;
  let virtualHosts = 0;
  let tcpPorts = 0;
  let sniffedPorts = 0;
  const httpPorts = new Set<number>();
  const podListeners: { service: number; ports: number }[] = [];
  for (const service of services) {
    const { spec, id } = service;
    let perPod = 0;
    for (const { protocol, number } of spec.ports) {
      // Envoy has no clusters and no listeners for UDP services.
      if (protocol === 'udp') continue;
      clusters += 1;
      hostCharacters += spec.host.length;
      if (isHttp(protocol)) {
        virtualHosts += 1;
        httpPorts.add(number);
        continue;
      }
      if (hasPodListeners(service, protocol)) perPod += 1;
      else tcpPorts += 1;
      if (!isSniffed(protocol)) continue;
      virtualHosts += 1;
      sniffedPorts += 1;
    }
    if (perPod > 0) podListeners.push({ service: id, ports: perPod });
  }
  return { clusters, hostCharacters, httpPorts: httpPorts.size, virtualHosts, tcpPorts, sniffedPorts, podListeners };
}

/** Listeners for the pods of headless services, as many as are ready now: read at generation time, as in istiod. */
export function podListenersOf(selection: ServiceSelection, mesh: Mesh): number {
  if (!mesh.rules.podListeners) return countsOf(selection).podListeners.reduce((sum, { ports }) => sum + ports, 0);
  return countsOf(selection).podListeners.reduce(
    (sum, { service, ports }) => sum + ports * mesh.endpoints.ready(service),
    0,
  );
}

export function scopeCountsOf(scope: SidecarScope): ScopeCounts {
  let counts = scopes.get(scope);
  if (counts === undefined) {
    const rules = [...countRules(scope).values()];
    counts = {
      subsetClusters: rules.reduce((sum, { subsetClusters }) => sum + subsetClusters, 0),
      ruledServices: rules.reduce((sum, { ruledServices }) => sum + ruledServices, 0),
      virtualServices: scope.virtualServices.length,
      extraRoutes: scope.virtualServices.reduce((sum, route) => sum + Math.max(0, route.httpRoutes - 1), 0),
      headerMatches: scope.virtualServices.reduce((sum, route) => sum + route.headerMatches, 0),
    };
    scopes.set(scope, counts);
  }
  return counts;
}

/** What the selected rules add to the clusters of a service, or of all. */
export interface RuleCounts {
  /** One cluster per subset and port of each service that a rule is selected for. */
  readonly subsetClusters: number;
  /** Services with a selected rule, once for each rule: it is part of their clusters. */
  readonly ruledServices: number;
}

export function ruleCountsOf(scope: SidecarScope, service: ConfigKey): RuleCounts | undefined {
  return countRules(scope).get(service);
}

function countRules(scope: SidecarScope): ReadonlyMap<ConfigKey, RuleCounts> {
  let counts = ruleCounts.get(scope);
  if (counts !== undefined) return counts;
  counts = new Map<ConfigKey, RuleCounts>();
  ruleCounts.set(scope, counts);
  if (scope.destinationRules.length === 0) return counts;
  const ports = new Map(scope.selection.services.map(({ key, spec }) => [key, spec.ports.length]));
  for (const rule of scope.destinationRules) {
    for (const service of scope.servicesOf(rule.key)) {
      const { subsetClusters, ruledServices } = counts.get(service) ?? { subsetClusters: 0, ruledServices: 0 };
      counts.set(service, {
        subsetClusters: subsetClusters + rule.subsets.length * (ports.get(service) ?? 1),
        ruledServices: ruledServices + 1,
      });
    }
  }
  return counts;
}

/** Virtual hosts of services in the proxy's own namespace, which carry short names as well. */
export function ownVirtualHosts(selection: ServiceSelection, namespace: string): number {
  let byNamespace = ownHosts.get(selection);
  if (byNamespace === undefined) {
    byNamespace = new Map();
    for (const { spec } of selection.services) {
      const http = spec.ports.filter(({ protocol }) => isHttp(protocol) || isSniffed(protocol)).length;
      byNamespace.set(spec.namespace, (byNamespace.get(spec.namespace) ?? 0) + http);
    }
    ownHosts.set(selection, byNamespace);
  }
  return byNamespace.get(namespace) ?? 0;
}

/** Ports of the service that the proxy is an endpoint of. */
export function inboundPorts({ shape }: Proxy, mesh: Mesh): number {
  if (shape.ownService === undefined) return 0;
  const ports = mesh.service(shape.ownService)?.spec.ports ?? [];
  return ports.filter(({ protocol }) => protocol !== 'udp').length;
}

/** Endpoint resources of all watched services: a service that is not known (any more) has one. */
export function resourcesOf(watched: NameSet<ConfigKey>, mesh: Mesh): number {
  const known = resourceSums.get(watched);
  const services = mesh.servicesVersion;
  if (known?.services === services) return known.resources;
  const resources = watched.list.reduce((sum, name) => sum + portsOf(name, mesh), 0);
  resourceSums.set(watched, { services, resources });
  return resources;
}

/** The same with the endpoints in them, as the index has them now. */
export function endpointsOf(watched: NameSet<ConfigKey>, mesh: Mesh): EndpointSums {
  const of = { services: mesh.servicesVersion, endpoints: mesh.endpoints.version };
  const known = endpointSums.get(watched);
  if (known?.of.services === of.services && known.of.endpoints === of.endpoints) return known;
  const sums = { of, ...endpointsAmong(watched.list, watched, mesh) };
  endpointSums.set(watched, sums);
  return sums;
}

/** The same of some of them. */
export function endpointsAmong(
  names: readonly ConfigKey[],
  watched: NameSet<ConfigKey> | undefined,
  mesh: Mesh,
): EndpointSums {
  let resources = 0;
  let filled = 0;
  let endpoints = 0;
  for (const name of names) {
    const ports = portsOf(name, mesh);
    const ready = readyIn(name, watched, mesh);
    resources += ports;
    if (ready > 0) filled += ports;
    endpoints += ports * ready;
  }
  return { resources, filled, endpoints };
}

function portsOf(name: ConfigKey, mesh: Mesh): number {
  return mesh.service(name.dependency)?.spec.ports.length ?? 1;
}

/** Ready endpoints of a service, or of a subset: those with its labels, or an even share where labels are not known. */
export function readyIn(name: ConfigKey, watched: NameSet<ConfigKey> | undefined, mesh: Mesh): number {
  const service = mesh.service(name.dependency);
  if (service === undefined) return 0;
  const ready = mesh.endpoints.ready(service.id);
  if (name === name.dependency) return ready;
  const labelled = name.labels === undefined ? undefined : mesh.endpoints.readyWith(service.id, name.labels);
  return labelled ?? ready / subsetsIn(watched, name.dependency);
}

function subsetsIn(watched: NameSet<ConfigKey> | undefined, service: ConfigKey): number {
  const subsets = [...service.subsets].filter((subset) => watched?.has(subset));
  return Math.max(1, subsets.length);
}
