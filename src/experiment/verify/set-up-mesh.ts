/** The mesh of a recording's set-up, as its README describes it, and the objects its operations write. */

import type { SetUp } from '../../import/recording.js';
import type { ConfigObject, MeshSpec, ProxySpec, ServiceSpec } from '../../mesh/spec.js';

export function meshOf({ mesh, proxies }: SetUp): MeshSpec {
  const services = Array.from({ length: mesh.services }, (_, index) => serviceAt(index, mesh));
  return {
    rootNamespace: 'istio-system',
    discoverySelectors: [],
    namespaces: Array.from({ length: mesh.namespaces }, (_, index) => ({ name: `ns-${index}`, labels: {} })),
    services,
    proxies: proxiesOf(proxies, mesh),
    configs: [
      ...Array.from({ length: mesh.gateways ?? 0 }, (_, index) => gatewayAt(index)),
      ...Array.from({ length: mesh.gatewayVirtualServices ?? 0 }, (_, index) => gatewayRouteAt(index, mesh)),
      ...services.slice(0, mesh.virtualServices).map((_, index) => virtualServiceAt(index, mesh)),
      ...services.slice(0, mesh.destinationRules).map((_, index) => destinationRuleAt(index, mesh)),
      ...sidecarsOf(mesh),
    ],
  };
}

export function serviceAt(index: number, mesh: SetUp['mesh']): ServiceSpec {
  const name = `svc-${String(index).padStart(4, '0')}`;
  const namespace = mesh.hiddenNamespace ? 'hidden' : `ns-${index % mesh.namespaces}`;
  return {
    name,
    namespace,
    host: `${name}.${namespace}.svc.cluster.local`,
    ports: Array.from({ length: mesh.ports }, (_, port) => ({
      name: `http-${port}`,
      number: 8080 + port,
      protocol: 'http',
    })),
    resolution: 'client',
    exportTo: [],
    endpoints: mesh.endpoints,
  };
}

export function virtualServiceAt(index: number, mesh: SetUp['mesh']): ConfigObject {
  const { name, namespace, host } = serviceAt(index, mesh);
  const route = [{ destination: { host } }];
  const spec = { hosts: [host], http: [{ match: [{ headers: { 'x-test': { exact: 'true' } } }], route }, { route }] };
  return { kind: 'VirtualService', namespace, name, labels: {}, spec };
}

/** One with this many header matches before its last route. */
export function manyRoutesAt(index: number, matches: number, mesh: SetUp['mesh']): ConfigObject {
  const { name, namespace, host } = serviceAt(index, mesh);
  const route = [{ destination: { host } }];
  const http = Array.from({ length: matches }, (_, i) => {
    return { match: [{ headers: { 'x-test': { exact: `v${i}` } } }], route };
  });
  return { kind: 'VirtualService', namespace, name, labels: {}, spec: { hosts: [host], http: [...http, { route }] } };
}

/** The one bound to Gateway `index`, leading to a service. */
export function gatewayRouteAt(index: number, mesh: SetUp['mesh']): ConfigObject {
  const { namespace, host } = serviceAt(index % Math.max(1, mesh.services), mesh);
  const spec = {
    hosts: [`gw-${index}.example.com`],
    gateways: [`istio-system/gw-${index}`],
    http: [
      { match: [{ headers: { 'x-test': { exact: 'true' } } }], route: [{ destination: { host } }] },
      { route: [{ destination: { host } }] },
    ],
  };
  return { kind: 'VirtualService', namespace, name: `gvs-${index}`, labels: {}, spec };
}

export function destinationRuleAt(index: number, mesh: SetUp['mesh']): ConfigObject {
  const { name, namespace, host } = serviceAt(index, mesh);
  return { kind: 'DestinationRule', namespace, name, labels: {}, spec: { host } };
}

export function gatewayAt(index: number): ConfigObject {
  const spec = {
    selector: { istio: 'ingressgateway' },
    servers: [{ port: { number: 80, name: 'http', protocol: 'HTTP' }, hosts: [`gw-${index}.example.com`] }],
  };
  return { kind: 'Gateway', namespace: 'istio-system', name: `gw-${index}`, labels: {}, spec };
}

function proxiesOf({ sidecars, gateways, namespaces }: SetUp['proxies'], mesh: SetUp['mesh']): ProxySpec[] {
  const specs: ProxySpec[] = Array.from({ length: sidecars }, (_, index) => ({
    name: `proxy-${index}`,
    namespace: `ns-${index % namespaces}`,
    type: 'sidecar' as const,
    labels: {},
    count: 1,
    ...(index < (mesh.pods ?? 0) ? { service: serviceAt(index, mesh).host } : {}),
  }));
  for (let index = 0; index < gateways; index++) {
    const labels = { istio: 'ingressgateway' };
    specs.push({ name: `gateway-${index}`, namespace: 'istio-system', type: 'gateway', labels, count: 1 });
  }
  return specs;
}

function sidecarsOf(mesh: SetUp['mesh']): ConfigObject[] {
  const sidecar = (namespace: string, hosts: readonly string[]): ConfigObject => {
    return { kind: 'Sidecar', namespace, name: 'default', labels: {}, spec: { egress: [{ hosts }] } };
  };
  if (mesh.sidecar === 'mesh') return [sidecar('istio-system', ['./*', 'istio-system/*'])];
  if (mesh.sidecar !== 'hosts') return [];
  return Array.from({ length: mesh.namespaces }, (_, index) => {
    const own = Array.from({ length: mesh.services }, (_, service) => serviceAt(service, mesh))
      .filter(({ namespace }) => namespace === `ns-${index}`)
      .slice(0, mesh.scopeHosts);
    return sidecar(
      `ns-${index}`,
      own.map(({ host }) => `./${host}`),
    );
  });
}
