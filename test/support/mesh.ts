/** Small meshes written in one line each: `service('cart')` lives in namespace `shop` unless it says otherwise. */

import type { ConfigKind } from '../../src/istio/kinds.js';
import type { ConfigObject, MeshSpec, PortSpec, ProxySpec, ServiceSpec } from '../../src/mesh/spec.js';

export const ROOT = 'istio-system';
export const HOME = 'shop';

const HTTP: readonly PortSpec[] = [{ name: 'http', number: 80, protocol: 'http' }];
export const TCP: readonly PortSpec[] = [{ name: 'tcp', number: 9000, protocol: 'tcp' }];

/** `cart` or `namespace/cart`. */
export function placed(text: string): { readonly namespace: string; readonly name: string } {
  const slash = text.indexOf('/');
  return slash < 0 ? { namespace: HOME, name: text } : { namespace: text.slice(0, slash), name: text.slice(slash + 1) };
}

export function hostOf(text: string): string {
  const { namespace, name } = placed(text);
  return `${name}.${namespace}.svc.cluster.local`;
}

export function service(text: string, parts: Partial<ServiceSpec> = {}): ServiceSpec {
  const { namespace, name } = placed(text);
  return {
    name,
    namespace,
    host: hostOf(text),
    ports: HTTP,
    resolution: 'client',
    exportTo: [],
    endpoints: 1,
    ...parts,
  };
}

export function sidecar(text: string, parts: Partial<ProxySpec> = {}): ProxySpec {
  return { ...placed(text), type: 'sidecar', labels: {}, count: 1, ...parts };
}

/** A pod that Gateway objects with the selector `istio: ingressgateway` select. */
export function gatewayPod(text: string, parts: Partial<ProxySpec> = {}): ProxySpec {
  return { ...placed(text), type: 'gateway', labels: { istio: 'ingressgateway' }, count: 1, ...parts };
}

/** Without it the object would be nothing to istiod: a delegate that no root names, a ConfigMap of no certificates. */
const LEAST: Readonly<Partial<Record<ConfigKind, Readonly<Record<string, unknown>>>>> = {
  VirtualService: { hosts: ['somewhere.example.com'] },
  ConfigMap: { data: { 'ca.crt': 'a certificate' } },
};

export function object(
  kind: ConfigKind,
  text: string,
  spec: Readonly<Record<string, unknown>> = LEAST[kind] ?? {},
  labels: Readonly<Record<string, string>> = {},
): ConfigObject {
  return { kind, ...placed(text), labels, spec };
}

/** A route of the mesh for one host, to that host. */
export function virtualService(text: string, spec: Readonly<Record<string, unknown>> = {}): ConfigObject {
  const host = hostOf(text);
  return object('VirtualService', text, { hosts: [host], http: [{ route: [{ destination: { host } }] }], ...spec });
}

export function destinationRule(text: string, spec: Readonly<Record<string, unknown>> = {}): ConfigObject {
  return object('DestinationRule', text, { host: hostOf(text), ...spec });
}

export function gateway(text: string, ...servers: readonly Readonly<Record<string, unknown>>[]): ConfigObject {
  const http = { port: { number: 80, name: 'http', protocol: 'HTTP' }, hosts: ['*'] };
  return object('Gateway', text, {
    selector: { istio: 'ingressgateway' },
    servers: servers.length === 0 ? [http] : servers,
  });
}

/** A Sidecar that imports these `namespace/host` patterns; in the root namespace it is everybody's default. */
export function sidecarScope(text: string, hosts: readonly string[], labels?: Record<string, string>): ConfigObject {
  return object('Sidecar', text, {
    egress: [{ hosts }],
    ...(labels === undefined ? {} : { workloadSelector: { labels } }),
  });
}

export function meshOf(parts: Partial<MeshSpec>): MeshSpec {
  return {
    rootNamespace: ROOT,
    discoverySelectors: [],
    namespaces: [],
    services: [],
    proxies: [],
    configs: [],
    ...parts,
  };
}
