/**
 * ServiceEntry objects as services (`serviceentry/conversion.go`): one service per host, in the namespace of the object.
 * Its endpoints are listed in the object or, with a workloadSelector, are the WorkloadEntries of the namespace that the
 * selector matches.
 */
import { selects } from '../config/configs.js';
import { type Fields, fields, labels, list, strings, text } from '../config/fields.js';
import { exportToOf } from '../scopes/visibility.js';
import type { ConfigObject, PortProtocol, PortSpec, Resolution, ServiceSpec } from '../spec.js';

const PROTOCOLS: Readonly<Record<string, PortProtocol>> = {
  HTTP: 'http',
  HTTP2: 'http2',
  GRPC: 'grpc',
  HTTPS: 'https',
  TLS: 'tls',
  TCP: 'tcp',
  MONGO: 'mongo',
  UDP: 'udp',
};

const RESOLUTIONS: Readonly<Record<string, Resolution>> = {
  STATIC: 'client',
  DNS: 'dns',
  DNS_ROUND_ROBIN: 'dns',
};

/** @param workloads WorkloadEntry objects of the same namespace */
export function endpointsOfEntry(entry: ConfigObject, workloads: readonly ConfigObject[]): readonly Fields[] {
  const selector = workloadSelector(entry);
  if (selector === undefined) return list(entry.spec.endpoints);
  return workloads.filter((workload) => selects(selector, workloadLabels(workload))).map(({ spec }) => spec);
}

/** @param listed how many endpoints it lists or selects */
export function servicesOfEntry({ namespace, spec }: ConfigObject, listed: number): readonly ServiceSpec[] {
  const resolution = RESOLUTIONS[text(spec.resolution)] ?? 'none';
  // Without endpoints of its own a DNS entry resolves its host, which then is its one endpoint.
  const endpoints = resolution === 'none' ? 0 : resolution === 'dns' ? Math.max(1, listed) : listed;
  const ports = list(spec.ports).map(readPort);
  const exportTo = exportToOf(spec);
  return strings(spec.hosts).map((host) => ({ name: host, namespace, host, ports, resolution, exportTo, endpoints }));
}

/** Undefined for an entry that lists its endpoints. */
export function workloadSelector(entry: ConfigObject): Readonly<Record<string, string>> | undefined {
  const selector = fields(entry.spec.workloadSelector);
  return 'labels' in selector ? labels(selector.labels) : undefined;
}

export function workloadLabels({ spec }: ConfigObject): Readonly<Record<string, string>> {
  return labels(spec.labels);
}

function readPort(port: Readonly<Record<string, unknown>>, index: number): PortSpec {
  return {
    name: text(port.name) || `port-${index}`,
    number: Number(port.number ?? 80),
    protocol: PROTOCOLS[text(port.protocol).toUpperCase()] ?? 'tcp',
  };
}
