/**
 * Istio objects as the push context reads them: the few fields of each spec that decide who sees what, taken out once
 * when the object arrives. Unknown or missing fields read as Istio's defaults.
 */

import { resolveHost } from '../hosts.js';
import type { ConfigKey } from '../keys.js';
import { exportToOf } from '../scopes/visibility.js';
import type { ConfigObject } from '../spec.js';
import { type Fields, fields, labels, list, portNumber, strings, text } from './fields.js';

/** Any watched object; kinds without a reader of their own stay at this. */
export interface Config {
  readonly key: ConfigKey;
  readonly object: ConfigObject;
  readonly exportTo: readonly string[];
  /** Counts versions of the object. */
  readonly version: number;
  /** Position in creation order: the oldest wins where Istio says so. */
  readonly age: number;
  /** The Gateway API or Ingress object it was converted from; undefined for a written one. */
  readonly origin: ConfigKey | undefined;
}

export interface VirtualService extends Config {
  /** None: it is a delegate, which is nothing without a root that names it. */
  readonly hosts: readonly string[];
  /** Delegates that its routes name, found or not: a change of one changes this. */
  readonly delegates: readonly DelegateName[];
  /** `mesh` for sidecars, else `namespace/name` of a Gateway. */
  readonly gateways: readonly string[];
  readonly destinations: readonly string[];
  readonly httpRoutes: number;
  readonly headerMatches: number;
}

export interface DelegateName {
  readonly namespace: string;
  readonly name: string;
}

export interface DestinationRule extends Config {
  readonly host: string;
  readonly subsets: readonly Subset[];
  /** Secrets that gateways present to, or check, its hosts with. */
  readonly credentials: readonly string[];
}

export interface Subset {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
}

export interface Sidecar extends Config {
  readonly selector: Readonly<Record<string, string>> | undefined;
  /** `namespacePattern/hostPattern` of every egress listener; undefined imports everything. */
  readonly egress: readonly EgressHost[] | undefined;
}

export interface EgressHost {
  /** `*`, `.`, `~` or a namespace. */
  readonly namespace: string;
  readonly host: string;
}

export interface Gateway extends Config {
  readonly selector: Readonly<Record<string, string>>;
  readonly servers: readonly GatewayServer[];
}

export interface GatewayServer {
  readonly port: number;
  readonly protocol: string;
  readonly hosts: readonly string[];
  readonly passesThrough: boolean;
  /** Certificates asked from istiod. */
  readonly credentials: readonly string[];
}

export function readVirtualService(config: Config): VirtualService {
  const { spec, namespace } = config.object;
  const routes = list(spec.http);
  const destinations = new Set<string>();
  for (const route of [...routes, ...list(spec.tcp), ...list(spec.tls)]) {
    // `model/virtualservice.go`: virtualServiceDestinations, which does not look at `mirrors`.
    for (const target of [...list(route.route).map(({ destination }) => destination), route.mirror]) {
      const { host } = fields(target);
      if (typeof host === 'string') destinations.add(resolveHost(host, namespace));
    }
  }
  const gateways = strings(spec.gateways).map((name) =>
    name === 'mesh' || name.includes('/') ? name : `${namespace}/${name}`,
  );
  return {
    ...config,
    hosts: strings(spec.hosts).map((host) => resolveHost(host, namespace)),
    delegates: delegatesOf(routes, namespace),
    gateways: gateways.length === 0 ? ['mesh'] : gateways,
    destinations: [...destinations],
    httpRoutes: routes.length,
    headerMatches: routes.reduce((sum, route) => sum + list(route.match).length, 0),
  };
}

function delegatesOf(routes: readonly Fields[], namespace: string): readonly DelegateName[] {
  return routes.flatMap(({ delegate }) => {
    const name = text(fields(delegate).name);
    return name === '' ? [] : [{ namespace: text(fields(delegate).namespace) || namespace, name }];
  });
}

export function readDestinationRule(config: Config): DestinationRule {
  const { spec, namespace } = config.object;
  const subsets = list(spec.subsets).map((subset) => ({ name: text(subset.name), labels: labels(subset.labels) }));
  return { ...config, host: resolveHost(text(spec.host), namespace), subsets, credentials: credentialsOf(spec) };
}

/** Of the traffic policies of all ports and subsets. */
function credentialsOf(spec: Fields): readonly string[] {
  const policies = [spec, ...list(spec.subsets)].map(({ trafficPolicy }) => fields(trafficPolicy));
  const settings = policies.flatMap((policy) => [policy, ...list(policy.portLevelSettings)]);
  const names = settings.map(({ tls }) => text(fields(tls).credentialName)).filter((name) => name !== '');
  return names.length === 0 ? NO_NAMES : [...new Set(names)];
}

const NO_NAMES: readonly string[] = [];

export function readSidecar(config: Config): Sidecar {
  const { spec } = config.object;
  const selector = labels(fields(spec.workloadSelector).labels);
  const listeners = list(spec.egress);
  const egress = listeners.flatMap((listener) => strings(listener.hosts).map(readEgressHost));
  return {
    ...config,
    selector: Object.keys(selector).length === 0 ? undefined : selector,
    egress: listeners.length === 0 ? undefined : egress,
  };
}

export function readGateway(config: Config): Gateway {
  const { spec } = config.object;
  return {
    ...config,
    selector: labels(spec.selector),
    servers: list(spec.servers).map((server) => ({
      port: portNumber(fields(server.port).number),
      protocol: text(fields(server.port).protocol).toUpperCase() || 'HTTP',
      hosts: strings(server.hosts),
      // What istiod does not terminate it neither routes nor has a certificate for.
      passesThrough: ['PASSTHROUGH', 'AUTO_PASSTHROUGH'].includes(text(fields(server.tls).mode)),
      credentials: serverCredentials(fields(server.tls)),
    })),
  };
}

/** `credentialName`, or one for each kind of key in `credentialNames`. */
function serverCredentials({ credentialName, credentialNames }: Fields): readonly string[] {
  return [credentialName, ...(Array.isArray(credentialNames) ? (credentialNames as unknown[]) : [])]
    .map(text)
    .filter((name) => name !== '');
}

/** The parts every kind shares. */
export function readConfig(
  key: ConfigKey,
  object: ConfigObject,
  version: number,
  age: number,
  origin?: ConfigKey,
): Config {
  return { key, object, exportTo: exportToOf(object.spec), version, age, origin };
}

/** Whether every label of the selector is on the workload; an empty selector matches all. */
export function selects(
  selector: Readonly<Record<string, string>>,
  workload: Readonly<Record<string, string>>,
): boolean {
  return Object.entries(selector).every(([name, value]) => workload[name] === value);
}

function readEgressHost(entry: string): EgressHost {
  const slash = entry.indexOf('/');
  return slash < 0
    ? { namespace: '*', host: entry }
    : { namespace: entry.slice(0, slash), host: entry.slice(slash + 1) };
}
