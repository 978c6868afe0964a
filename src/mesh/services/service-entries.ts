/**
 * ServiceEntry objects as services (`serviceentry/conversion.go`): one service per host, in the namespace of the object.
 * Its endpoints are listed in the object or, with a workloadSelector, are the WorkloadEntries of the namespace that the
 * selector matches.
 */
import { selects } from '../config/configs.js';
import { type Fields, fields, labels, list, portNumber, strings, text } from '../config/fields.js';
import { exportToOf } from '../scopes/visibility.js';
import type { ConfigObject, PortSpec, Resolution, ServiceSpec } from '../spec.js';
import type { Endpoints } from './endpoint-index.js';
import { groupedByLabels } from './labelled.js';
import { parseProtocol } from './protocols.js';

const RESOLUTIONS: Readonly<Record<string, Resolution>> = {
  STATIC: 'client',
  DNS: 'dns',
  DNS_ROUND_ROBIN: 'dns',
  DYNAMIC_DNS: 'dns',
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

/** The union of the service accounts that its endpoints run as, as one text; `default` where none says. */
export function accountsOf(listed: readonly unknown[]): string {
  const named = listed.map((endpoint) => text(fields(endpoint).serviceAccount)).filter((account) => account !== '');
  return named.length === 0 ? 'default' : [...new Set(named)].sort().join(',');
}

/** Endpoints that an entry lists or selects; `ready` may be one more, where a DNS host stands for itself. */
export function endpointsListed(ready: number, listed: readonly unknown[]): Endpoints {
  const known = listed.length === ready ? listed.map((endpoint) => labels(fields(endpoint).labels)) : undefined;
  return { ready, accounts: accountsOf(listed), ...(known === undefined ? {} : { labelled: groupedByLabels(known) }) };
}

export function workloadLabels({ spec }: ConfigObject): Readonly<Record<string, string>> {
  return labels(spec.labels);
}

function readPort(port: Readonly<Record<string, unknown>>, index: number): PortSpec {
  return {
    name: text(port.name) || `port-${index}`,
    number: portNumber(port.number),
    protocol: parseProtocol(text(port.protocol)),
  };
}
