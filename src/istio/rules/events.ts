/** How watch events become push requests. */
import { GATEWAY_API_KINDS } from '../kinds.js';
import { rule } from '../rule.js';

const GATEWAY_API_IN = 'config/kube/gateway/controller.go; 79570abda4a #55758';

export const EQUAL_ENDPOINTS = rule(
  'equal-endpoints',
  'What an EndpointSlice is compared by before it pushes.',
  'xds/eds.go: edsCacheUpdate; model/endpointshards.go: UpdateServiceEndpoints',
  { endpointComparison: 'nothing' },
  {
    since: '1.18.6, 1.19.4, 1.20',
    says: 'An EndpointSlice written again with the same addresses and health no longer pushes; a change of weight, label or locality alone is lost.',
    source: 'model/endpointshards.go: UpdateServiceEndpoints; b52a510c0d5 #46906',
    recorded: true,
    values: { endpointComparison: 'addresses' },
  },
  {
    since: '1.21.3, 1.22.1, 1.23',
    says: 'Endpoints are compared in all attributes: a changed weight, label or locality alone pushes again.',
    source: 'model/endpointshards.go: endpointUpdateRequiresPush; 53a49fe6903 #50746',
    values: { endpointComparison: 'attributes' },
  },
);

export const ENDPOINT_IDENTITY = rule(
  'endpoint-identity',
  'What makes a stored endpoint the same as a new one.',
  'model/endpointshards.go',
  { endpointIdentity: 'address' },
  {
    since: '1.21.6, 1.22.4, 1.23',
    says: 'Endpoints are told apart by namespace, workload, address and port, no longer by address alone.',
    source: 'model/endpointshards.go; a84cfbde88c #52189',
    values: { endpointIdentity: 'workload' },
  },
);

export const ENDPOINT_SLICES = rule(
  'endpoint-slices',
  'Whether Endpoints objects are read where the cluster is old.',
  'serviceregistry/kube/controller: PILOT_USE_ENDPOINT_SLICE',
  { endpointSlicesOnly: false },
  {
    since: '1.19',
    says: 'Only EndpointSlices are read; PILOT_USE_ENDPOINT_SLICE is gone.',
    source: 'serviceregistry/kube/controller; 3921264d5d1 #45439',
    values: { endpointSlicesOnly: true },
  },
);

export const ENDPOINT_KIND = rule(
  'endpoint-kind',
  'The kind of key that a change of endpoints alone carries.',
  'xds/eds.go: EDSUpdate',
  { endpointKind: 'ServiceEntry', 'skips.Endpoints': '. . . . . . . .' },
  {
    since: '1.31',
    says: 'Endpoint changes have a kind of their own; merged with a config change they are no longer taken for changed services.',
    source: 'xds/discovery.go: Push; 3dcae099a42 #59808',
    recorded: true,
    values: { endpointKind: 'Endpoints', 'skips.Endpoints': 'S . S S S S S S' },
  },
);

export const GONE_SERVICES = rule(
  'gone-services',
  'The write of a service that has been deleted meanwhile.',
  'serviceregistry/kube/controller/controller.go: registerHandlers',
  { skipsGoneServices: false },
  {
    since: '1.18',
    says: 'The write of a service that is already deleted again is ignored.',
    source: 'serviceregistry/kube/controller/controller.go: registerHandlers',
    values: { skipsGoneServices: true },
  },
);

export const HIDDEN_SERVICES = rule(
  'hidden-services',
  'Services that nobody may see (exportTo ~).',
  'serviceregistry/kube/controller/controller.go: serviceUpdateNeedsPush',
  { hiddenServicesArePrivate: false },
  {
    since: '1.19.7, 1.20',
    says: 'A service with exportTo ~ pushes nothing.',
    source: 'serviceregistry/kube/controller/controller.go: serviceUpdateNeedsPush; 9bf39c384e2 #47009',
    values: { hiddenServicesArePrivate: true },
  },
);

export const HEADLESS = rule(
  'headless',
  'What an endpoint of a headless service pushes besides its endpoints.',
  'serviceregistry/kube/controller/endpointslice.go: pushEDS',
  { headlessByProtocol: false, 'skips.DNSName': '. . . . . . . .' },
  {
    since: '1.20.4, 1.21',
    says: 'An endpoint of a headless service whose ports are all HTTP changes only name tables.',
    source: 'serviceregistry/kube/controller; f69047b0384 #49463',
    values: { headlessByProtocol: true, 'skips.DNSName': 'S S S S S . S S' },
  },
);

export const POD_LABELS = rule(
  'pod-labels',
  'What a changed pod label pushes besides its own proxy.',
  'serviceregistry/kube/controller/controller.go: recomputeServiceForPod',
  { podLabelsPushEndpoints: false },
  {
    since: '1.22',
    says: 'A changed pod label pushes the endpoints of the services that select the pod.',
    source: 'serviceregistry/kube/controller/controller.go: recomputeServiceForPod; c537c342023 #50432',
    values: { podLabelsPushEndpoints: true },
  },
);

export const GATEWAY_API = rule(
  'gateway-api',
  'What Gateway API objects are pushed as.',
  'config/kube/gateway/controller.go',
  {
    gatewayApiAlwaysPushes: true,
    gatewayKinds: ['Gateway', 'KubernetesGateway', 'GatewayClass', 'ReferenceGrant', 'Ingress'],
    translatedKinds: [],
    'skips.HTTPRoute': '. . . . . . S S',
    'skips.TCPRoute': '. . . . . . S S',
    'skips.TLSRoute': '. . . . . . S S',
    'skips.GRPCRoute': '. . . . . . . .',
    'skips.KubernetesGateway': '. . . . . . S S',
    'skips.GatewayClass': '. . . . . . S S',
    'skips.ReferenceGrant': '. . . . . . S .',
    'sidecar.HTTPRoute': 'always',
    'sidecar.TCPRoute': 'always',
    'sidecar.TLSRoute': 'always',
    'sidecar.GRPCRoute': 'always',
    'rebuilds.GRPCRoute': [],
    'rebuilds.HTTPRoute': ['virtualServices', 'gateways', 'scopes'],
    'rebuilds.TCPRoute': ['virtualServices', 'gateways', 'scopes'],
    'rebuilds.TLSRoute': ['virtualServices', 'gateways', 'scopes'],
    'rebuilds.KubernetesGateway': ['virtualServices', 'gateways', 'scopes'],
    'rebuilds.GatewayClass': ['virtualServices', 'gateways', 'scopes'],
    'rebuilds.ReferenceGrant': ['virtualServices', 'gateways', 'scopes'],
    'skips.WasmPlugin': 'S S . . S S . S',
    'skips.TrafficExtension': '. . . . . . . .',
    'sidecar.TrafficExtension': 'always',
  },
  {
    since: '1.22',
    says: 'Gateway API routes no longer regenerate endpoints and name tables, nor Gateway API Gateways clusters, and routes concern only sidecars whose scope depends on them.',
    source: 'xds/{cds,eds,lds,nds}.go, model/sidecar.go; 33fb7a36bd5 #50197',
    values: {
      'skips.HTTPRoute': '. S . . . S S S',
      'skips.TCPRoute': '. S . . . S S S',
      'skips.TLSRoute': '. S . . . S S S',
      'skips.KubernetesGateway': 'S S S . . S S S',
      'sidecar.HTTPRoute': 'scope',
      'sidecar.TCPRoute': 'scope',
      'sidecar.TLSRoute': 'scope',
    },
  },
  {
    since: '1.26',
    says: 'Gateway API objects are pushed as the VirtualServices and Gateways they become, and only if those have changed; their status writes push nothing.',
    source: GATEWAY_API_IN,
    values: {
      gatewayApiAlwaysPushes: false,
      gatewayKinds: ['Gateway', 'Ingress'],
      translatedKinds: GATEWAY_API_KINDS,
      'skips.HTTPRoute': '. . . . . . . .',
      'skips.TCPRoute': '. . . . . . . .',
      'skips.TLSRoute': '. . . . . . . .',
      'skips.KubernetesGateway': '. . . . . . . .',
      'skips.GatewayClass': '. . . . . . . .',
      'skips.ReferenceGrant': '. . . . . . . .',
      'sidecar.HTTPRoute': 'always',
      'sidecar.TCPRoute': 'always',
      'sidecar.TLSRoute': 'always',
      'rebuilds.HTTPRoute': [],
      'rebuilds.TCPRoute': [],
      'rebuilds.TLSRoute': [],
      'rebuilds.KubernetesGateway': [],
      'rebuilds.GatewayClass': [],
      'rebuilds.ReferenceGrant': [],
    },
  },
  {
    since: '1.30',
    says: 'WasmPlugins are pushed as the TrafficExtensions they become.',
    source: 'config/kube/extensions/controller.go; 74471cc995d #59819',
    values: {
      translatedKinds: [...GATEWAY_API_KINDS, 'WasmPlugin'],
      'skips.WasmPlugin': 'S S . . S S S S',
      'skips.TrafficExtension': 'S S . . S S . S',
      'sidecar.TrafficExtension': 'namespace',
    },
  },
);
