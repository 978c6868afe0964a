/** `mesh.proxies`: proxies listed by hand, and the services they belong to. */
import type { ServiceSpec } from '../../mesh/spec.js';
import type { Path, Reporter } from '../document/reporter.js';
import { check } from '../document/zod-issues.js';
import { ProxyYaml } from '../schema/mesh.js';
import { didYouMean } from '../units/nearest.js';
import type { Collector } from './collect.js';

/** The host of a service named `namespace/name` or by host; else what it may have been. */
export type FindService = (text: string) => { readonly host?: string; readonly hint?: string | undefined };

export function serviceFinder(into: Collector): FindService {
  let byName: Map<string, ServiceSpec> | undefined;
  let hosts: Set<string> | undefined;
  return (text) => {
    byName ??= new Map(into.services.map((service) => [`${service.namespace}/${service.name}`, service]));
    hosts ??= new Set([...into.services.map(({ host }) => host), ...into.configs.flatMap(entryHosts)]);
    const host = byName.get(text)?.host ?? (hosts.has(text) ? text : undefined);
    return host === undefined ? { hint: didYouMean(text, text.includes('/') ? byName.keys() : hosts) } : { host };
  };
}

/** Hosts of a ServiceEntry; none of any other object. */
export function entryHosts(config: {
  readonly kind: string;
  readonly spec: Readonly<Record<string, unknown>>;
}): string[] {
  if (config.kind !== 'ServiceEntry' || !Array.isArray(config.spec.hosts)) return [];
  return config.spec.hosts.filter((host) => typeof host === 'string');
}

export function addProxy(item: unknown, at: Path, into: Collector, findService: FindService, reporter: Reporter): void {
  const proxy = check(ProxyYaml, item, at, reporter);
  if (!proxy || !into.roomFor(1, at)) return;
  const { service, dnsCapture, ...others } = proxy;
  const rest = dnsCapture === undefined ? others : { ...others, dnsCapture };
  if (service === undefined) {
    into.proxy(rest, at);
    return;
  }
  const { host, hint } = findService(service);
  if (host === undefined) {
    // A broken entry may be the one that would have made the service.
    if (reporter.issues.length > 0) return;
    reporter.error('unknown-name', [...at, 'service'], 'a service of the mesh', { received: service, hint });
  } else into.proxy({ ...rest, service: host }, at);
}
