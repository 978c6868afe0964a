/**
 * The objects that `create` events write: real Istio specs, as small as they can be and still do what their kind is for.
 */
import type { ConfigObject, ServiceSpec } from '../mesh/spec.js';
import type { CreateObjects, WritableKind } from './event-spec.js';

export function newService(name: string, what: CreateObjects): ServiceSpec {
  return {
    name,
    namespace: what.namespace,
    host: hostOf(name, what),
    ports: what.ports,
    resolution: 'client',
    exportTo: [],
    endpoints: what.endpoints,
    selector: { app: name },
  };
}

export function newConfig(kind: Exclude<WritableKind, 'Service'>, name: string, what: CreateObjects): ConfigObject {
  return { kind, namespace: what.namespace, name, labels: {}, spec: specOf(kind, name, what) };
}

function specOf(kind: WritableKind, name: string, what: CreateObjects): Readonly<Record<string, unknown>> {
  const host = hostOf(name, what);
  switch (kind) {
    case 'Gateway':
      return {
        selector: what.gatewaySelector,
        servers: [{ port: { number: 80, name: 'http', protocol: 'HTTP' }, hosts: [`${name}.example.com`] }],
      };
    case 'VirtualService': {
      const atGateway = what.kinds.includes('Gateway');
      return {
        hosts: [atGateway ? `${name}.example.com` : host],
        ...(atGateway ? { gateways: [name] } : {}),
        http: [{ route: [{ destination: { host } }] }],
      };
    }
    case 'DestinationRule':
      return { host };
    case 'ServiceEntry': {
      const hosts = [`${name}.external.example.com`];
      const ports = what.ports.map(({ name: port, number, protocol }) => ({ name: port, number, protocol }));
      const addresses = Array.from({ length: what.endpoints }, (_, i) => ({ address: `192.0.2.${i % 256}` }));
      return addresses.length > 0
        ? { hosts, ports, location: 'MESH_EXTERNAL', resolution: 'STATIC', endpoints: addresses }
        : { hosts, ports, location: 'MESH_EXTERNAL', resolution: 'DNS' };
    }
    case 'GRPCRoute':
    case 'HTTPRoute': {
      const atGateway = what.kinds.includes('KubernetesGateway');
      return {
        parentRefs: [atGateway ? { name } : { kind: 'Service', name }],
        ...(atGateway ? { hostnames: [`${name}.example.com`] } : {}),
        rules: [{ backendRefs: [{ name, port: what.ports[0]?.number ?? 80 }] }],
      };
    }
    // Others are not watched.
    case 'ConfigMap':
      return { data: { 'ca.crt': 'a certificate' } };
    case 'KubernetesGateway':
      return { gatewayClassName: 'istio', listeners: [{ name: 'http', port: 80, protocol: 'HTTP' }] };
    default:
      return {};
  }
}

function hostOf(name: string, what: CreateObjects): string {
  return `${name}.${what.namespace}.svc.cluster.local`;
}
