/** `mesh.generate`: groups of alike things → the same lists a person could have written by hand. */
import type { ConfigObject, ServiceSpec } from '../../mesh/spec.js';
import type { Path, Reporter } from '../document/reporter.js';
import type { GatewayGroupYaml, ServiceGroupYaml } from '../schema/mesh.js';
import type { Collector } from './collect.js';
import { toPorts } from './ports.js';

export function hostOf(name: string, namespace: string): string {
  return `${name}.${namespace}.svc.cluster.local`;
}

/** Services `NAME-0…` in the namespace, or in `NAMESPACE-0…` when there are copies. */
export function generateServices(group: ServiceGroupYaml, path: Path, into: Collector, reporter: Reporter): void {
  for (const key of ['virtualServices', 'destinationRules'] as const) {
    if (group[key] > group.services) {
      const expected = `at most one per service, and there ${group.services === 1 ? 'is' : 'are'} ${group.services}`;
      reporter.error('bad-value', [...path, key], expected, { received: group[key] });
      return;
    }
  }
  if (group.proxies.per !== 'group' && group.proxies.count > 0 && group.services === 0) {
    reporter.error('bad-value', [...path, 'proxies'], 'services for these proxies to belong to', {
      hint: 'set services',
    });
    return;
  }
  const copies = group.copies ?? 1;
  const objects = copies * (2 * group.services + group.virtualServices + group.destinationRules + group.gateways);
  if (!into.roomFor(objects, path)) return;
  const ports = toPorts(group.ports, [...path, 'ports'], reporter);
  for (let copy = 0; copy < copies; copy++) {
    const namespace = group.copies === undefined ? group.namespace : `${group.namespace}-${copy}`;
    generateCopy(group, namespace, ports, path, into);
  }
}

function generateCopy(
  group: ServiceGroupYaml,
  namespace: string,
  ports: ServiceSpec['ports'],
  path: Path,
  into: Collector,
): void {
  const { resolution, exportTo, endpoints, proxies } = group;
  const dns = group.dnsCapture === undefined ? {} : { dnsCapture: group.dnsCapture };
  for (let i = 0; i < group.services; i++) {
    const name = group.services === 1 ? group.name : `${group.name}-${i}`;
    const host = hostOf(name, namespace);
    const selector = { app: name };
    into.service({ name, namespace, host, ports, resolution, exportTo, endpoints, selector }, path);
    if (proxies.per !== 'group') {
      const count = proxies.count * (proxies.per === 'endpoint' ? endpoints : 1);
      const labels = { app: name };
      if (count > 0) into.proxy({ name, namespace, type: 'sidecar', labels, count, service: host, ...dns }, path);
    }
    if (i < group.virtualServices)
      into.config(virtualService(name, namespace, host, i < group.gateways ? i : undefined, group), path);
    if (i < group.destinationRules) {
      into.config({ kind: 'DestinationRule', namespace, name, labels: {}, spec: { host } }, path);
    }
  }
  for (let i = 0; i < group.gateways; i++) into.config(gateway(i, namespace, group), path);
  if (proxies.per === 'group' && proxies.count > 0) {
    const name = `${group.name}-client`;
    into.proxy({ name, namespace, type: 'sidecar', labels: { app: name }, count: proxies.count, ...dns }, path);
  }
}

const gatewayName = (group: ServiceGroupYaml, i: number) => `${group.name}-gateway-${i}`;
const publicHost = (group: ServiceGroupYaml, i: number, namespace: string) =>
  `${group.name}-${i}.${namespace}.example.com`;

/** Routes the service's own host; with a gateway also a public host through it. */
function virtualService(
  name: string,
  namespace: string,
  host: string,
  gateway: number | undefined,
  group: ServiceGroupYaml,
): ConfigObject {
  const http = [{ route: [{ destination: { host } }] }];
  const spec =
    gateway === undefined
      ? { hosts: [host], http }
      : {
          hosts: [host, publicHost(group, gateway, namespace)],
          gateways: [`${namespace}/${gatewayName(group, gateway)}`, 'mesh'],
          http,
        };
  return { kind: 'VirtualService', namespace, name, labels: {}, spec };
}

function gateway(i: number, namespace: string, group: ServiceGroupYaml): ConfigObject {
  const server = { port: { number: 80, name: 'http', protocol: 'HTTP' }, hosts: [publicHost(group, i, namespace)] };
  const spec = { selector: group.gatewaySelector, servers: [server] };
  return { kind: 'Gateway', namespace, name: gatewayName(group, i), labels: {}, spec };
}

/** Pods of one gateway; without labels they carry the one Istio's own charts give. */
export function generateGateway(group: GatewayGroupYaml, path: Path, rootNamespace: string, into: Collector): void {
  const labels = group.labels ?? { istio: group.gateway.replace(/^istio-/, '') };
  const namespace = group.namespace ?? rootNamespace;
  into.proxy({ name: group.gateway, namespace, type: 'gateway', labels, count: group.proxies }, path);
}
