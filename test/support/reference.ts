/**
 * Who sees what, written as directly as Istio's documentation says it and without any sharing: the yardstick for the
 * scopes of `src/mesh` and for who is interested in a change. Everything is evaluated from plain objects each time.
 */
import type { ConfigObject, ProxySpec, ServiceSpec } from '../../src/mesh/spec.js';

export interface MeshState {
  readonly services: readonly ServiceSpec[];
  /** Oldest first. */
  readonly configs: readonly ConfigObject[];
}

type Viewer = Pick<ProxySpec, 'namespace' | 'type' | 'labels'>;

/** What a proxy imports, as `namespace/name` texts (hosts for services). */
export interface Imports {
  readonly services: ReadonlySet<string>;
  readonly virtualServices: ReadonlySet<string>;
  readonly destinationRules: ReadonlySet<string>;
  readonly sidecar: string | undefined;
  readonly namespaces: ReadonlySet<string>;
}

function textOf({ namespace, name }: { readonly namespace: string; readonly name: string }): string {
  return `${namespace}/${name}`;
}

export function exportedTo(exportTo: readonly string[], owner: string, viewer: string): boolean {
  if (exportTo.length === 0) return true;
  return exportTo.some((entry) => entry === '*' || entry === viewer || (entry === '.' && owner === viewer));
}

/** `*`, `*.suffix` or a full name. */
function covers(pattern: string, host: string): boolean {
  if (pattern === '*') return true;
  return pattern.startsWith('*') ? host.endsWith(pattern.slice(1)) : pattern === host;
}

/** Own namespace with a matching selector, own without one, root without one; the oldest of each. */
export function sidecarOf(state: MeshState, root: string, viewer: Viewer): ConfigObject | undefined {
  if (viewer.type !== 'sidecar') return undefined;
  const sidecars = state.configs.filter(({ kind }) => kind === 'Sidecar');
  const selector = ({ spec }: ConfigObject) => (spec.workloadSelector as { labels?: object } | undefined)?.labels;
  const matches = (wanted: object) => Object.entries(wanted).every(([name, value]) => viewer.labels[name] === value);
  const own = sidecars.filter(({ namespace }) => namespace === viewer.namespace);
  for (const one of own) if (selector(one) !== undefined && matches(selector(one)!)) return one;
  for (const one of own) if (selector(one) === undefined) return one;
  return sidecars.find((one) => one.namespace === root && selector(one) === undefined);
}

/** `namespace/host` patterns of all egress listeners; undefined: everything. */
function egressOf(sidecar: ConfigObject | undefined): readonly string[] | undefined {
  const listeners = sidecar?.spec.egress as readonly { hosts: readonly string[] }[] | undefined;
  return listeners?.flatMap(({ hosts }) => hosts);
}

function importsFrom(egress: readonly string[] | undefined, viewer: string, owner: string, host: string): boolean {
  if (egress === undefined) return true;
  return egress.some((entry) => {
    const [namespace = '', pattern = ''] = entry.split('/');
    if (namespace === '~') return false;
    const wanted = namespace === '.' ? viewer : namespace;
    return (wanted === '*' || wanted === owner) && covers(pattern, host);
  });
}

export function importsOf(state: MeshState, root: string, viewer: Viewer): Imports {
  const sidecar = sidecarOf(state, root, viewer);
  const egress = egressOf(sidecar);
  const { namespace } = viewer;
  const visible = state.services.filter((service) => exportedTo(service.exportTo, service.namespace, namespace));
  const routes = state.configs.filter((one) => {
    const { hosts = [], gateways = ['mesh'], exportTo = [] } = one.spec as Record<string, readonly string[]>;
    return (
      one.kind === 'VirtualService' &&
      gateways.includes('mesh') &&
      exportedTo(exportTo, one.namespace, namespace) &&
      hosts.some((host) => importsFrom(egress, namespace, one.namespace, host))
    );
  });
  const destinations = new Set(routes.flatMap(destinationsOf));
  const imported = visible.filter(
    (service) =>
      importsFrom(egress, namespace, service.namespace, service.host) ||
      (egress !== undefined && destinations.has(service.host)),
  );
  const rules = imported.flatMap((service) => rulesFor(service, state, root, namespace));
  return {
    services: new Set(imported.map((service) => `${service.namespace}/${service.host}`)),
    virtualServices: new Set(routes.map(textOf)),
    destinationRules: new Set(rules.map(textOf)),
    sidecar: sidecar && textOf(sidecar),
    namespaces: new Set(imported.map((service) => service.namespace)),
  };
}

/**
 * Looked up in the proxy's namespace, among what that shows to itself; then in that of the service and in the root
 * namespace, among what they do not keep to themselves. In each place the full host decides, else the longest, and only
 * if that is shown to the proxy. Proxies of the root namespace see first what it keeps to itself.
 */
function rulesFor(
  { host, namespace }: ServiceSpec,
  { configs }: MeshState,
  root: string,
  viewer: string,
): readonly ConfigObject[] {
  const exportToOf = ({ spec }: ConfigObject) => (spec.exportTo ?? []) as readonly string[];
  const hostOf = ({ spec }: ConfigObject) => String(spec.host);
  const isShownTo = (who: string) => (one: ConfigObject) => exportedTo(exportToOf(one), one.namespace, who);
  const isPrivate = (one: ConfigObject) => ['.', one.namespace].includes(exportToOf(one).join());
  const specificity = (one: ConfigObject) => (hostOf(one) === host ? Number.POSITIVE_INFINITY : hostOf(one).length);
  const candidates = configs.filter((one) => one.kind === 'DestinationRule' && covers(hostOf(one), host));
  const places = [
    candidates.filter((one) => one.namespace === viewer && (viewer === root ? isPrivate(one) : isShownTo(viewer)(one))),
    candidates.filter((one) => one.namespace === namespace && !isPrivate(one)),
    candidates.filter((one) => one.namespace === root && !isPrivate(one)),
  ];
  const found = places.map((rules) => {
    const most = Math.max(...rules.map(specificity));
    return rules.filter((one) => specificity(one) === most).filter(isShownTo(viewer));
  });
  return found.find((rules) => rules.length > 0) ?? [];
}

function destinationsOf({ spec }: ConfigObject): readonly string[] {
  const http = (spec.http ?? []) as readonly { route?: readonly { destination: { host: string } }[] }[];
  return http.flatMap(({ route = [] }) => route.map(({ destination }) => destination.host));
}
