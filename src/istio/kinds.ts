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
  | 'KubernetesGateway'
  | 'GatewayClass'
  | 'ReferenceGrant'
  | 'Ingress'
  | 'Address';

/** Those of the Kubernetes Gateway API. */
export const GATEWAY_API_KINDS = [
  'HTTPRoute',
  'TCPRoute',
  'TLSRoute',
  'KubernetesGateway',
  'GatewayClass',
  'ReferenceGrant',
] as const satisfies readonly ConfigKind[];
