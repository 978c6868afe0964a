/** What a push request asks for: its flags, the context it builds, the state it recomputes, the defaults of its limits. */
import { rule } from '../rule.js';

export const FORCED_REQUESTS = rule(
  'forced-requests',
  'How a request says that it means everything.',
  'model/push_context.go: PushRequest.Merge, CopyMerge',
  { hasForced: false },
  {
    since: '1.26',
    says: 'Only a flag means everything, and keys stay; before, a request without keys does, also after merging.',
    source: 'xds/proxy_dependencies.go; 29ea0d4b939 #55496',
    recorded: true,
    values: { hasForced: true },
  },
);

export const FULL_FLAG = rule(
  'full-flag',
  'Which pushes build a context.',
  'xds/discovery.go: Push, initPushContext',
  { hasFull: true },
  {
    since: '1.31',
    says: 'Every push builds a context, endpoints included, and only requests of endpoints alone bypass the debounce or spare the proxy state.',
    source: 'xds/discovery.go: Push; 3dcae099a42 #59808',
    recorded: true,
    values: { hasFull: false },
  },
);

export const CONTEXT_PARTS = rule(
  'context-parts',
  'Which kinds rebuild which part of the context and make proxies look up their scope again.',
  'model/push_context.go: updateContext; xds/ads.go: computeProxyState',
  {
    scopeKinds: ['ServiceEntry', 'DestinationRule', 'VirtualService', 'Sidecar', 'HTTPRoute', 'TCPRoute', 'Ingress'],
    'rebuilds.DNSName': [],
    'rebuilds.PeerAuthentication': ['policies'],
    'rebuilds.RequestAuthentication': ['policies'],
    'rebuilds.WasmPlugin': ['policies'],
    'rebuilds.TrafficExtension': [],
  },
  {
    since: '1.20.4, 1.21',
    says: 'A changed name of a headless service rebuilds services and scopes.',
    source: 'model/push_context.go: updateContext; f69047b0384 #49463',
    values: { 'rebuilds.DNSName': ['services', 'scopes'] },
  },
  {
    since: '1.26',
    says: 'Gateway API routes no longer make proxies look up their scope: their VirtualServices do.',
    source: 'xds/ads.go: computeProxyState; 79570abda4a #55758',
    values: { scopeKinds: ['ServiceEntry', 'DestinationRule', 'VirtualService', 'Sidecar', 'Ingress'] },
  },
  {
    since: '1.30',
    says: 'A PeerAuthentication rebuilds scopes and makes proxies look up theirs; WasmPlugins are rebuilt as TrafficExtensions.',
    source: 'model/sidecar.go; 4654ddc5e18 #59331',
    values: {
      scopeKinds: ['ServiceEntry', 'DestinationRule', 'VirtualService', 'PeerAuthentication', 'Sidecar', 'Ingress'],
      'rebuilds.PeerAuthentication': ['policies', 'scopes'],
      'rebuilds.RequestAuthentication': ['policies', 'scopes'],
      'rebuilds.WasmPlugin': [],
      'rebuilds.TrafficExtension': ['policies'],
    },
  },
);

export const OTHER_PARTS = rule(
  'other-parts',
  'Which part of the context the remaining kinds rebuild.',
  'model/push_context.go: updateContext',
  {
    'rebuilds.ServiceEntry': ['services', 'scopes'],
    'rebuilds.Endpoints': [],
    'rebuilds.WorkloadEntry': [],
    'rebuilds.WorkloadGroup': [],
    'rebuilds.VirtualService': ['virtualServices', 'scopes'],
    'rebuilds.DestinationRule': ['destinationRules', 'scopes'],
    'rebuilds.Gateway': ['gateways'],
    'rebuilds.Sidecar': ['scopes'],
    'rebuilds.EnvoyFilter': ['policies'],
    'rebuilds.AuthorizationPolicy': ['policies'],
    'rebuilds.Telemetry': ['policies'],
    'rebuilds.ProxyConfig': ['policies'],
    'rebuilds.Secret': [],
    'rebuilds.ConfigMap': [],
    'rebuilds.MeshConfig': [],
    'rebuilds.Ingress': [],
    'rebuilds.IngressClass': [],
    'rebuilds.Address': [],
  },
);

export const OWN_SERVICES = rule(
  'own-services',
  "When a push looks up a proxy's own services.",
  'xds/ads.go: computeProxyState',
  { ownServices: 'always' },
  {
    since: '1.21.5, 1.22.3, 1.23',
    says: "A push looks up a proxy's own services only if a service has changed or everything is pushed.",
    source: 'xds/ads.go: computeProxyState; e6d5769e671 #51788',
    values: { ownServices: 'anyServiceKey' },
  },
  {
    since: '1.26',
    says: "A push looks up a proxy's own services only if a service of its namespace has changed or everything is pushed.",
    source: 'xds/ads.go: computeProxyState; e650d24eda3 #55476',
    values: { ownServices: 'ownNamespace' },
  },
);

export const COUNTED_SERVICES = rule(
  'counted-services',
  'Which services pilot_services counts.',
  'model/push_context.go: GetAllServices, GetTotalServiceCount',
  { countsExportedOnly: false },
  {
    since: '1.30.3, 1.31',
    says: 'pilot_services also counts services that are exported to other namespaces than their own only.',
    source: 'model/push_context.go: GetTotalServiceCount',
    values: { countsExportedOnly: true },
  },
);

export const COUNTED_ONCE = rule(
  'counted-once',
  'Reasons that count once in pilot_push_triggers however often they were merged.',
  'xds/monitoring.go: recordPushTriggers',
  { countedOnce: [] },
  {
    since: '1.19',
    says: 'Reasons are counted in a map; headlessendpoint, ambient, tag and depdendentresource count once a push in pilot_push_triggers.',
    source: 'xds/monitoring.go: recordPushTriggers; 8a001abc681 #45877',
    values: { countedOnce: ['headlessendpoint', 'ambient', 'tag', 'depdendentresource'] },
  },
);

export const PUSH_THROTTLE = rule(
  'push-throttle',
  'Pushes at the same time unless PILOT_PUSH_THROTTLE is set.',
  'pilot/pkg/features: PILOT_PUSH_THROTTLE',
  { pushThrottle: 100 },
  {
    since: '1.21',
    says: 'Unless set, PILOT_PUSH_THROTTLE is min(15 + 5 × GOMAXPROCS, 100) instead of 100: 20 with one core.',
    source: 'pilot/pkg/features/tuning.go; 4718a6ea202 #48438',
    values: { pushThrottle: 0 },
  },
);

export const ADMISSION_RATE = rule(
  'admission-rate',
  'New streams a second unless PILOT_MAX_REQUESTS_PER_SECOND is set.',
  'pilot/pkg/features: PILOT_MAX_REQUESTS_PER_SECOND',
  { maxRequestsPerSecond: 25 },
  {
    since: '1.21',
    says: 'Unless set, PILOT_MAX_REQUESTS_PER_SECOND is min(15 + 5 × GOMAXPROCS, 100) instead of 25; 0 no longer switches it off.',
    source: 'pilot/pkg/features/tuning.go; 4718a6ea202 #48438',
    values: { maxRequestsPerSecond: 0 },
  },
);

export const XDS_PROTOCOL = rule(
  'xds-protocol',
  'The protocol proxies ask for unless told otherwise.',
  'istio-agent/agent.go',
  { xds: 'sotw' },
  {
    since: '1.22',
    says: 'Proxies ask for delta xDS by default.',
    source: 'pilot/pkg/features: ISTIO_DELTA_XDS; c71999b6bb6 #47969',
    values: { xds: 'delta' },
  },
);
