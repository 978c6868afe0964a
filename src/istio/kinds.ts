/** Config kinds as istiod names them in push requests (`pkg/config/schema/kind`). */
export type ConfigKind =
  | 'ServiceEntry'
  | 'Endpoints'
  | 'DNSName'
  | 'WorkloadEntry'
  | 'WorkloadGroup'
  | 'VirtualService'
  | 'DestinationRule'
  | 'Gateway'
  | 'Sidecar'
  | 'EnvoyFilter'
  | 'PeerAuthentication'
  | 'AuthorizationPolicy'
  | 'RequestAuthentication'
  | 'Telemetry'
  | 'WasmPlugin'
  | 'TrafficExtension'
  | 'ProxyConfig'
  | 'Secret'
  | 'ConfigMap'
  | 'MeshConfig'
  | 'HTTPRoute'
  | 'TCPRoute'
  | 'TLSRoute'
  | 'GRPCRoute'
  | 'KubernetesGateway'
  | 'GatewayClass'
  | 'ReferenceGrant'
  | 'Ingress'
  | 'IngressClass'
  | 'Address';

/** Those of the Kubernetes Gateway API. */
export const GATEWAY_API_KINDS = [
  'HTTPRoute',
  'TCPRoute',
  'TLSRoute',
  'GRPCRoute',
  'KubernetesGateway',
  'GatewayClass',
  'ReferenceGrant',
] as const satisfies readonly ConfigKind[];

/** Every kind; the compiler checks that none is missing. */
const KINDS: Readonly<Record<ConfigKind, true>> = {
  ServiceEntry: true,
  Endpoints: true,
  DNSName: true,
  WorkloadEntry: true,
  WorkloadGroup: true,
  VirtualService: true,
  DestinationRule: true,
  Gateway: true,
  Sidecar: true,
  EnvoyFilter: true,
  PeerAuthentication: true,
  AuthorizationPolicy: true,
  RequestAuthentication: true,
  Telemetry: true,
  WasmPlugin: true,
  TrafficExtension: true,
  ProxyConfig: true,
  Secret: true,
  ConfigMap: true,
  MeshConfig: true,
  HTTPRoute: true,
  TCPRoute: true,
  TLSRoute: true,
  GRPCRoute: true,
  KubernetesGateway: true,
  GatewayClass: true,
  ReferenceGrant: true,
  Ingress: true,
  IngressClass: true,
  Address: true,
};

export const ALL_KINDS = Object.keys(KINDS) as readonly ConfigKind[];
