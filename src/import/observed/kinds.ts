/** Kinds whose objects and writes an importer looks at; all others are counted and left out. */
import { apiGroup, kindsNamed, RESOURCE_KINDS, type ResourceKind } from '../../istio/resource-kinds.js';

/** Kinds of Kubernetes itself that tell what a mesh has; the rest are configuration. */
export type CoreKind =
  | 'Namespace'
  | 'Node'
  | 'Service'
  | 'EndpointSlice'
  | 'Pod'
  | 'Deployment'
  | 'HorizontalPodAutoscaler'
  | 'IngressClass';

export type ObservedKind = CoreKind | ResourceKind;

const CORE_GROUPS: Readonly<Record<CoreKind, string>> = {
  Namespace: '',
  Node: '',
  Service: '',
  EndpointSlice: 'discovery.k8s.io',
  Pod: '',
  Deployment: 'apps',
  HorizontalPodAutoscaler: 'autoscaling',
  IngressClass: 'networking.k8s.io',
};

const CORE_KINDS = Object.keys(CORE_GROUPS) as readonly CoreKind[];

/** Kinds that are configuration of istiod, as its push requests name them. */
export function isConfig(kind: ObservedKind): kind is ResourceKind {
  return !(CORE_KINDS as readonly string[]).includes(kind);
}

/** @param apiVersion any served version of the group */
export function kindOf(kind: string, apiVersion: string): ObservedKind | undefined {
  const group = apiGroup(apiVersion);
  const core = CORE_KINDS.find((known) => known === kind && CORE_GROUPS[known] === group);
  return core ?? kindsNamed(kind).find((known) => apiGroup(RESOURCE_KINDS[known].apiVersion) === group);
}

/** `virtualservices` of `VirtualService`, as the API server forms them. */
export function pluralOf(kind: string): string {
  const lower = kind.toLowerCase();
  if (/[^aeiou]y$/.test(lower)) return `${lower.slice(0, -1)}ies`;
  return lower.endsWith('s') ? `${lower}es` : `${lower}s`;
}

const BY_RESOURCE: ReadonlyMap<string, ObservedKind> = new Map([
  ...CORE_KINDS.map((kind): [string, ObservedKind] => [`${CORE_GROUPS[kind]}/${pluralOf(kind)}`, kind]),
  ...(Object.keys(RESOURCE_KINDS) as ResourceKind[]).map((kind): [string, ObservedKind] => {
    const { kind: written, apiVersion } = RESOURCE_KINDS[kind];
    return [`${apiGroup(apiVersion)}/${pluralOf(written)}`, kind];
  }),
]);

/** Of an audit event's `objectRef`. */
export function kindOfResource(group: string, resource: string): ObservedKind | undefined {
  return BY_RESOURCE.get(`${group}/${resource}`);
}

/** As in `kind:` of the object. */
export function writtenKind(kind: ObservedKind): string {
  return isConfig(kind) ? RESOURCE_KINDS[kind].kind : kind;
}
