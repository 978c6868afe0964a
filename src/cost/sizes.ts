/** Bytes of a message from what it holds: linear in clusters, endpoints, listeners and virtual hosts. */
import type { Mesh } from '../mesh/mesh.js';
import type { SizeCoefficients } from './coefficients.js';
import type { Added, Generation } from './model.js';
import {
  countsOf,
  endpointsAmong,
  endpointsOf,
  inboundPorts,
  ownVirtualHosts,
  podListenersOf,
  type RuleCounts,
  ruleCountsOf,
  scopeCountsOf,
} from './scope-shape.js';

export function sizeOf(generation: Generation, mesh: Mesh, bytes: SizeCoefficients): number {
  switch (generation.type) {
    case 'cds':
      return clusterBytes(generation, mesh, bytes.cds);
    case 'eds':
      return endpointBytes(generation, mesh, bytes.eds);
    case 'lds':
      return listenerBytes(generation, mesh, bytes.lds);
    case 'rds':
      return shareOf(generation.added) * routeBytes(generation, bytes.rds);
    default:
      return 0;
  }
}

/** Routes are taken to be equally large. */
export function shareOf(added: Added | undefined): number {
  return added === undefined ? 1 : added.resources / added.watched;
}

function clusterBytes(
  { proxy, scope, gateway, names }: Generation,
  mesh: Mesh,
  bytes: SizeCoefficients['cds'],
): number {
  const fixed = gateway === undefined ? bytes.sidecar + bytes.inboundPort * inboundPorts(proxy, mesh) : bytes.gateway;
  const each = (clusters: number, hostCharacters: number) =>
    clusters * bytes.perCluster + (hostCharacters - clusters * bytes.hostLength) * bytes.perHostCharacter;
  const ruled = ({ subsetClusters, ruledServices }: RuleCounts) =>
    ruledServices * bytes.perDestinationRule + subsetClusters * bytes.perCluster;
  if (names === undefined) {
    const { clusters, hostCharacters } = countsOf(scope.selection);
    return fixed + each(clusters, hostCharacters) + ruled(scopeCountsOf(scope));
  }
  let total = fixed;
  for (const name of names) {
    const service = mesh.service(name);
    if (service === undefined) continue;
    const { host } = service.spec;
    const clusters = service.spec.ports.filter(({ protocol }) => protocol !== 'udp').length;
    total += each(clusters, clusters * host.length);
    const rules = ruleCountsOf(scope, name);
    if (rules !== undefined) total += ruled(rules);
  }
  return total;
}

function endpointBytes({ watched, names }: Generation, mesh: Mesh, bytes: SizeCoefficients['eds']): number {
  if (names === undefined && watched === undefined) return 0;
  const sums = names === undefined ? endpointsOf(watched!, mesh) : endpointsAmong(names, watched, mesh);
  return sums.resources * bytes.empty + sums.filled * bytes.filled + sums.endpoints * bytes.perEndpoint;
}

/**
 * A listener of one pod of a headless service: a cluster's name and an address, and none of what all listeners on a
 * port share. A thousand pods add 541 kB.
 */
const POD_LISTENER_BYTES = 541;

function listenerBytes({ proxy, scope, gateway }: Generation, mesh: Mesh, bytes: SizeCoefficients['lds']): number {
  if (gateway !== undefined) return gateway.ports.length * bytes.gatewayPort;
  const { httpPorts, tcpPorts } = countsOf(scope.selection);
  return (
    bytes.sidecar +
    bytes.inboundPort * inboundPorts(proxy, mesh) +
    httpPorts * bytes.perPort +
    tcpPorts * bytes.perTcpService +
    podListenersOf(scope.selection, mesh) * POD_LISTENER_BYTES
  );
}

function routeBytes({ proxy, scope, gateway, tables }: Generation, bytes: SizeCoefficients['rds']): number {
  if (gateway !== undefined) {
    const { virtualServices: attached, extraRoutes, headerMatches } = tables.boundTo(gateway);
    return (
      gateway.routes.size * bytes.gatewayEmpty +
      attached * bytes.gatewayPerVirtualService +
      extraRoutes * bytes.perExtraRoute +
      headerMatches * bytes.perHeaderMatch
    );
  }
  const { virtualHosts, httpPorts, sniffedPorts } = countsOf(scope.selection);
  const { virtualServices, extraRoutes, headerMatches } = scopeCountsOf(scope);
  return (
    (httpPorts + sniffedPorts) * bytes.base +
    virtualHosts * bytes.perService +
    ownVirtualHosts(scope.selection, proxy.shape.namespace) * bytes.ownNamespace +
    virtualServices * bytes.perVirtualService +
    extraRoutes * bytes.perExtraRoute +
    headerMatches * bytes.perHeaderMatch
  );
}
