/** Kinds that exist as objects of the Kubernetes API, and the group each belongs to. */
import type { ConfigKind } from './kinds.js';

interface KindInfo {
  /** As in `kind:` of the real object. */
  readonly kind: string;
  readonly apiVersion: string;
}

const NETWORKING = 'networking.istio.io/v1';
const SECURITY = 'security.istio.io/v1';
const GATEWAY_API = 'gateway.networking.k8s.io/v1';

/** Kinds that come as objects; the others of `ConfigKind` exist only inside istiod. */
export type ResourceKind = Exclude<ConfigKind, 'Endpoints' | 'DNSName' | 'Address' | 'MeshConfig'>;

export const RESOURCE_KINDS: Readonly<Record<ResourceKind, KindInfo>> = {
  ServiceEntry: { kind: 'ServiceEntry', apiVersion: NETWORKING },
  WorkloadEntry: { kind: 'WorkloadEntry', apiVersion: NETWORKING },
  WorkloadGroup: { kind: 'WorkloadGroup', apiVersion: NETWORKING },
  VirtualService: { kind: 'VirtualService', apiVersion: NETWORKING },
  DestinationRule: { kind: 'DestinationRule', apiVersion: NETWORKING },
  Gateway: { kind: 'Gateway', apiVersion: NETWORKING },
  Sidecar: { kind: 'Sidecar', apiVersion: NETWORKING },
  EnvoyFilter: { kind: 'EnvoyFilter', apiVersion: 'networking.istio.io/v1alpha3' },
  ProxyConfig: { kind: 'ProxyConfig', apiVersion: 'networking.istio.io/v1beta1' },
  PeerAuthentication: { kind: 'PeerAuthentication', apiVersion: SECURITY },
  AuthorizationPolicy: { kind: 'AuthorizationPolicy', apiVersion: SECURITY },
  RequestAuthentication: { kind: 'RequestAuthentication', apiVersion: SECURITY },
  Telemetry: { kind: 'Telemetry', apiVersion: 'telemetry.istio.io/v1' },
  WasmPlugin: { kind: 'WasmPlugin', apiVersion: 'extensions.istio.io/v1alpha1' },
  TrafficExtension: { kind: 'TrafficExtension', apiVersion: 'extensions.istio.io/v1alpha1' },
  HTTPRoute: { kind: 'HTTPRoute', apiVersion: GATEWAY_API },
  TCPRoute: { kind: 'TCPRoute', apiVersion: 'gateway.networking.k8s.io/v1alpha2' },
  GRPCRoute: { kind: 'GRPCRoute', apiVersion: GATEWAY_API },
  TLSRoute: { kind: 'TLSRoute', apiVersion: 'gateway.networking.k8s.io/v1alpha2' },
  KubernetesGateway: { kind: 'Gateway', apiVersion: GATEWAY_API },
  GatewayClass: { kind: 'GatewayClass', apiVersion: GATEWAY_API },
  ReferenceGrant: { kind: 'ReferenceGrant', apiVersion: 'gateway.networking.k8s.io/v1beta1' },
  Secret: { kind: 'Secret', apiVersion: 'v1' },
  ConfigMap: { kind: 'ConfigMap', apiVersion: 'v1' },
  IngressClass: { kind: 'IngressClass', apiVersion: 'networking.k8s.io/v1' },
  Ingress: { kind: 'Ingress', apiVersion: 'networking.k8s.io/v1' },
};

/** Objects whose content is not under `spec`. */
export const KINDS_WITHOUT_SPEC: ReadonlySet<ConfigKind> = new Set(['Secret', 'ConfigMap']);

/** `networking.istio.io` of `networking.istio.io/v1beta1`; empty for the core group. */
export function apiGroup(apiVersion: string): string {
  const slash = apiVersion.indexOf('/');
  return slash < 0 ? '' : apiVersion.slice(0, slash);
}

/** The kinds a real object's `kind:` may mean; two only for Gateway. */
export function kindsNamed(kind: string): readonly ResourceKind[] {
  return (Object.keys(RESOURCE_KINDS) as ResourceKind[]).filter((known) => RESOURCE_KINDS[known].kind === kind);
}
