/** Whether a push concerns a proxy, and with which keys (`xds/proxy_dependencies.go`, `model/sidecar.go`). */
import { rule } from '../rule.js';

const DEPENDENCIES = 'xds/proxy_dependencies.go: proxyDependentOnConfig; model/sidecar.go';

export const KEY_FILTER = rule(
  'key-filter',
  'Whether generators see only the keys that concern the proxy.',
  'xds/proxy_dependencies.go: filterRelevantUpdates',
  { filtersKeys: false },
  {
    since: '1.26',
    says: 'Keys are filtered proxy by proxy; before, one relevant key lets all merged ones through.',
    source: 'xds/proxy_dependencies.go: filterRelevantUpdates; 29ea0d4b939 #55496',
    recorded: true,
    values: { filtersKeys: true },
  },
);

export const OWN_SERVICE_KEYS = rule(
  'own-service-keys',
  "Which of a proxy's own services concern it whatever its scope.",
  'xds/proxy_dependencies.go: DefaultProxyNeedsPush',
  { 'sidecar.ServiceEntry': 'scopeOrFirstOwn', 'router.ServiceEntry': 'scopeOrFirstOwn' },
  {
    since: '1.20',
    says: 'A service key concerns a proxy if it is any of its own services; before, only the first.',
    source: 'xds/proxy_dependencies.go: DefaultProxyNeedsPush; bcaf0b5b108 #46295',
    values: { 'sidecar.ServiceEntry': 'scopeOrOwn', 'router.ServiceEntry': 'scopeOrOwn' },
  },
);

export const RELEVANCE = rule(
  'relevance',
  'Policies concern everybody, or only their namespace or those who depend on them.',
  DEPENDENCIES,
  { 'sidecar.WasmPlugin': 'always', 'sidecar.Telemetry': 'always', 'sidecar.PeerAuthentication': 'always' },
  {
    since: '1.18',
    says: 'A WasmPlugin concerns only proxies of its own namespace, or all if it is in the root namespace.',
    source: 'model/sidecar.go: clusterScopedConfigTypes; 9632545cd56 #43305',
    values: { 'sidecar.WasmPlugin': 'namespace' },
  },
  {
    since: '1.26',
    says: 'Telemetry and PeerAuthentication concern only proxies of their own namespace, or all in the root namespace.',
    source: 'model/sidecar.go; 038a195e6fb #55497',
    values: { 'sidecar.Telemetry': 'namespace', 'sidecar.PeerAuthentication': 'namespace' },
  },
  {
    since: '1.30',
    says: 'A PeerAuthentication concerns proxies whose scope depends on it.',
    source: 'model/sidecar.go; 4654ddc5e18 #59331',
    values: { 'sidecar.PeerAuthentication': 'scope' },
  },
);

export const ADDRESSES = rule(
  'addresses',
  'Whether ambient addresses concern proxies that do not watch them.',
  'xds/proxy_dependencies.go: AMBIENT_SCOPED_ADDRESS_PUSHES',
  { 'sidecar.Address': 'always', 'router.Address': 'always', scopedAddressPushes: false },
  {
    since: '1.30.3, 1.31',
    says: 'Ambient addresses concern only proxies that watch them.',
    source: 'pilot/pkg/features: AMBIENT_SCOPED_ADDRESS_PUSHES; 46a6cc25ec3 #60648',
    values: { 'sidecar.Address': 'never', 'router.Address': 'never', scopedAddressPushes: true },
  },
);

export const OTHER_RELEVANCE = rule('other-relevance', 'Whom the remaining kinds concern.', DEPENDENCIES, {
  'sidecar.Endpoints': 'scope',
  'sidecar.DNSName': 'always',
  'sidecar.WorkloadEntry': 'always',
  'sidecar.WorkloadGroup': 'always',
  'sidecar.VirtualService': 'scope',
  'sidecar.DestinationRule': 'scope',
  'sidecar.Gateway': 'never',
  'sidecar.Sidecar': 'scope',
  'sidecar.EnvoyFilter': 'namespace',
  'sidecar.AuthorizationPolicy': 'namespace',
  'sidecar.RequestAuthentication': 'namespace',
  'sidecar.ProxyConfig': 'always',
  'sidecar.Secret': 'always',
  'sidecar.ConfigMap': 'always',
  'sidecar.MeshConfig': 'always',
  'sidecar.KubernetesGateway': 'always',
  'sidecar.GatewayClass': 'always',
  'sidecar.ReferenceGrant': 'always',
  'sidecar.Ingress': 'always',
  'sidecar.IngressClass': 'always',
  'router.Endpoints': 'always',
  'router.DNSName': 'always',
  'router.WorkloadEntry': 'always',
  'router.WorkloadGroup': 'always',
  'router.VirtualService': 'always',
  'router.DestinationRule': 'always',
  'router.Gateway': 'always',
  'router.Sidecar': 'never',
  'router.EnvoyFilter': 'always',
  'router.PeerAuthentication': 'always',
  'router.AuthorizationPolicy': 'always',
  'router.RequestAuthentication': 'always',
  'router.Telemetry': 'always',
  'router.WasmPlugin': 'always',
  'router.TrafficExtension': 'always',
  'router.ProxyConfig': 'always',
  'router.Secret': 'always',
  'router.ConfigMap': 'always',
  'router.MeshConfig': 'always',
  'router.HTTPRoute': 'always',
  'router.TCPRoute': 'always',
  'router.TLSRoute': 'always',
  'router.KubernetesGateway': 'always',
  'router.GatewayClass': 'always',
  'router.ReferenceGrant': 'always',
  'router.GRPCRoute': 'always',
  'router.Ingress': 'always',
  'router.IngressClass': 'always',
});
