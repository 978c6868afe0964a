/** Rules that explain a cost or a size. Sizes that changed between two recorded releases are dated by the later one. */
import { rule } from '../rule.js';

export const ONE_CACHE = rule(
  'one-cache',
  'One xDS cache for all types, so one write token, or one for each.',
  'model/xds_cache.go; model/typed_xds_cache.go',
  { oneCache: true },
  {
    since: '1.18',
    says: 'The xDS cache has an LRU of PILOT_XDS_CACHE_SIZE entries for each type instead of one for all.',
    source: 'model/typed_xds_cache.go; 45094e730f1 #43628',
    values: { oneCache: false },
  },
);

export const ROUTES_DROPPED = rule(
  'routes-dropped',
  'Whether cached routes are dropped with every endpoint event of a service in them.',
  'model/xds_cache.go: Clear; networking/core/route/route_cache.go: DependentConfigs',
  { endpointsDropRoutes: true },
  {
    since: '1.30',
    says: 'Cached routes stay when endpoints of their services change.',
    source: 'seen in recordings of 1.30.3 and not in those of 1.17.8',
    values: { endpointsDropRoutes: false },
  },
);

export const ENDPOINTS_BY_TYPE = rule(
  'endpoints-by-type',
  'Whether sidecars and gateways share cached endpoints.',
  'xds/endpoint_builder.go: EndpointBuilder.Key; xds/endpoints/endpoint_builder.go: WriteHash',
  { endpointsByNodeType: false },
  {
    since: '1.18',
    says: 'Each type of proxy has cached endpoints of its own.',
    source: 'xds/endpoint_builder.go: EndpointBuilder.Key',
    values: { endpointsByNodeType: true },
  },
);

export const LAZY_SCOPES = rule(
  'lazy-scopes',
  'When Sidecar objects are evaluated.',
  'model/push_context.go: initSidecarScopes',
  { lazyScopes: false },
  {
    since: '1.27',
    says: 'A Sidecar is evaluated when the first proxy needs it, not while the context is built: contexts are faster, first pushes slower.',
    source: 'model/push_context.go; 768a9076c8f #47221',
    values: { lazyScopes: true },
  },
);

export const SLICES_PER_SERVICE = rule(
  'slices-per-service',
  'How a context finds the endpoints of services.',
  'model/push_context.go: initServiceRegistry',
  { listsSlicesPerService: true },
  {
    since: '1.20',
    says: 'A context copies the endpoint index instead of listing the slices of the namespace for every service.',
    source: 'model/push_context.go: initServiceRegistry; model/endpointshards.go: CopyEndpoints',
    values: { listsSlicesPerService: false },
  },
);

export const VIRTUAL_SERVICE_COPIES = rule(
  'virtual-service-copies',
  'Whether a context copies every VirtualService.',
  'model/push_context.go: initVirtualServices',
  { copiesVirtualServices: true },
  {
    since: '1.27',
    says: 'A context no longer copies every VirtualService.',
    source: 'model/push_context.go: initVirtualServices',
    values: { copiesVirtualServices: false },
  },
);

export const VTPROTOBUF = rule(
  'vtprotobuf',
  'How messages are marshalled.',
  'pilot/pkg/features: ENABLE_VTPROTOBUF',
  { vtprotobuf: false },
  {
    since: '1.22',
    says: 'Generated code marshals messages: less CPU for each byte, the same bytes.',
    source: 'pilot/pkg/features: ENABLE_VTPROTOBUF; faf5bdd3d5f #48841',
    values: { vtprotobuf: true },
  },
);

export const CLUSTER_SIZE = rule(
  'cluster-size',
  'Bytes of a cluster.',
  'networking/core/cluster.go: BuildClusters',
  { clusterBytes: 912, clustersBytes: 616, destinationRuleBytes: 89, gatewayClustersBytes: 24 },
  {
    since: '1.20',
    says: 'A cluster takes 962 bytes.',
    source: 'recorded in 1.17.8 and 1.20.8',
    recorded: true,
    values: { clusterBytes: 962, clustersBytes: 705, destinationRuleBytes: 92 },
  },
  {
    since: '1.24',
    says: 'A cluster takes 1,010 bytes.',
    source: 'recorded in 1.22.8 and 1.24.6',
    recorded: true,
    values: { clusterBytes: 1010, clustersBytes: 765, destinationRuleBytes: 86, gatewayClustersBytes: 44 },
  },
  {
    since: '1.29',
    says: 'A cluster takes 1,008 bytes.',
    source: 'recorded in 1.27.9 and 1.29.6',
    recorded: true,
    values: { clusterBytes: 1008, clustersBytes: 761 },
  },
  {
    since: '1.31',
    says: 'A cluster takes 1,010 bytes.',
    source: 'recorded in 1.30.3 and 1.31.0-rc.0',
    recorded: true,
    values: { clusterBytes: 1010 },
  },
);

export const LISTENER_SIZE = rule(
  'listener-size',
  "Bytes of a sidecar's listeners, before the first port.",
  'networking/core/listener.go',
  { listenersBytes: 7015, gatewayListenerBytes: 2032, gatewayRoutesBytes: 32 },
  {
    since: '1.20',
    says: "A sidecar's listeners take 10,088 bytes with one port.",
    source: 'recorded in 1.17.8 and 1.20.8',
    recorded: true,
    values: { listenersBytes: 7088, gatewayListenerBytes: 1955, gatewayRoutesBytes: 38 },
  },
  {
    since: '1.22',
    says: "A sidecar's listeners take 10,190 bytes with one port.",
    source: 'recorded in 1.20.8 and 1.22.8',
    recorded: true,
    values: { listenersBytes: 7190 },
  },
  {
    since: '1.24',
    says: "A sidecar's listeners take 10,166 bytes with one port.",
    source: 'recorded in 1.22.8 and 1.24.6',
    recorded: true,
    values: { listenersBytes: 7166, gatewayListenerBytes: 1995 },
  },
  {
    since: '1.25',
    says: "A sidecar's listeners take 10,031 bytes with one port.",
    source: 'recorded in 1.24.6 and 1.25.5',
    recorded: true,
    values: { listenersBytes: 7031 },
  },
  {
    since: '1.26',
    says: "A sidecar's listeners take 10,041 bytes with one port.",
    source: 'recorded in 1.25.5 and 1.26.8',
    recorded: true,
    values: { listenersBytes: 7041, gatewayListenerBytes: 2000 },
  },
);

export const ROUTE_SIZE = rule(
  'route-size',
  "Bytes of a service's routes.",
  'networking/core/httproute.go: BuildHTTPRoutes',
  { routeBytes: 465.9, extraRouteBytes: 400 },
  {
    since: '1.24',
    says: "A service's routes take 464 bytes.",
    source: 'recorded in 1.22.8 and 1.24.6',
    recorded: true,
    values: { routeBytes: 461.6, extraRouteBytes: 384 },
  },
  {
    since: '1.27',
    says: "A service's routes take 498 bytes.",
    source: 'recorded in 1.26.8 and 1.27.9',
    recorded: true,
    values: { routeBytes: 495.6 },
  },
);
