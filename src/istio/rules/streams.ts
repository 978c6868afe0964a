/** Which writes are seen, in which order, and which are worth a push. */
import { rule } from '../rule.js';

export const INGRESS = rule(
  'ingress',
  'Whether an Ingress pushes whatever is written.',
  'config/kube/ingress/controller.go',
  { comparesIngress: false },
  {
    since: '1.27',
    says: 'An Ingress pushes only if the routes or the gateway it becomes have changed.',
    source: 'config/kube/ingress/controller.go',
    values: { comparesIngress: true },
  },
);

export const DELEGATES = rule(
  'delegates',
  'What a write of a delegate VirtualService is pushed as.',
  'model/sidecar.go; model/virtualservice_controller.go: xdsPush',
  { mergesDelegates: false },
  {
    since: '1.30',
    says: 'A delegate is pushed as the VirtualServices that name it, and as nothing where none does.',
    source: 'model/virtualservice_controller.go; 856df4da337 #59435',
    values: { mergesDelegates: true },
  },
);

export const VIRTUAL_SERVICE_METADATA = rule(
  'virtual-service-metadata',
  'Whether a write of a VirtualService that leaves its spec alone pushes.',
  'bootstrap/config_compare.go: needsPush; model/virtualservice_controller.go',
  { virtualServiceMetadataPushes: false },
  {
    since: '1.30',
    says: 'A VirtualService write that changes nothing but metadata pushes to everybody concerned (the merging controller does not compare).',
    source: 'model/virtualservice_controller.go; 856df4da337 #59435',
    recorded: true,
    values: { virtualServiceMetadataPushes: true },
  },
  {
    since: '1.30.3, 1.31',
    says: 'A VirtualService write that changes nothing but metadata pushes nothing again.',
    source: 'model/virtualservice_controller.go; 1f92035e6e0 #60707, #60709',
    recorded: true,
    values: { virtualServiceMetadataPushes: false },
  },
);

export const STREAM_PER_KIND = rule(
  'stream-per-kind',
  'Whether one worker handles all config kinds in order.',
  'config/kube/crdclient/client.go: RegisterEventHandler',
  { configStreamPerKind: false },
  {
    since: '1.27',
    says: 'Each config kind has a stream of its own: no order across kinds.',
    source: 'config/kube/crdclient/client.go; 56ba44445b0 #56271',
    values: { configStreamPerKind: true },
  },
);

export const SERVICE_ENTRY_STREAMS = rule(
  'service-entry-streams',
  'How a written ServiceEntry is told of.',
  'serviceregistry/serviceentry/controller.go',
  { serviceEntryStreams: false },
  {
    since: '1.30',
    says: 'A ServiceEntry has two independent streams, one of services and one of endpoints; what is written again unchanged is no event.',
    source: 'serviceregistry/serviceentry/controller.go: pushServiceUpdates, pushServiceEndpointUpdates',
    values: { serviceEntryStreams: true },
  },
);

export const CA_CONFIG_MAPS = rule(
  'ca-config-maps',
  'Whether ConfigMaps with CA certificates are watched.',
  'credentials/kube/secrets.go: NewCredentialsController',
  { watchesConfigMaps: false, 'skips.ConfigMap': '. . . . . . . .' },
  {
    since: '1.26',
    says: 'ConfigMaps with CA certificates are watched, and one that is written regenerates all endpoints of every proxy.',
    source: 'credentials/kube/secrets.go: NewCredentialsController',
    values: { watchesConfigMaps: true, 'skips.ConfigMap': '. . . . . . S .' },
  },
);

export const DISCOVERY_SELECTORS = rule(
  'discovery-selectors',
  'Whether discoverySelectors filter more than services.',
  'pkg/kube/namespace/filter.go',
  { selectsConfigs: false, selectsSecrets: false, enhancedResourceScoping: false },
  {
    since: '1.22',
    says: 'discoverySelectors filter config objects unless ENABLE_ENHANCED_RESOURCE_SCOPING is switched off.',
    source: 'pilot/pkg/features: ENABLE_ENHANCED_RESOURCE_SCOPING',
    values: { enhancedResourceScoping: true },
  },
  {
    since: '1.24',
    says: 'discoverySelectors filter Secrets, too.',
    source: 'credentials/kube/secrets.go: NewCredentialsController',
    values: { selectsSecrets: true },
  },
  {
    since: '1.25',
    says: 'discoverySelectors filter config objects whatever is set.',
    source: 'pilot/pkg/features: ENABLE_ENHANCED_RESOURCE_SCOPING',
    values: { selectsConfigs: true, enhancedResourceScoping: false },
  },
);

export const GATEWAY_LABEL = rule(
  'gateway-label',
  'The label by which pods name the Gateway API Gateway they were deployed for.',
  'config/kube/gateway/conversion.go',
  { gatewayNameLabel: 'istio.io/gateway-name' },
  {
    since: '1.21',
    says: 'Pods deployed for a Gateway API Gateway carry gateway.networking.k8s.io/gateway-name.',
    source: 'config/kube/gateway/conversion.go',
    values: { gatewayNameLabel: 'gateway.networking.k8s.io/gateway-name' },
  },
);

export const UNHEALTHY_ENDPOINTS = rule(
  'unhealthy-endpoints',
  'Whether unhealthy endpoints are sent.',
  'pilot/pkg/features: PILOT_AUTO_SEND_UNHEALTHY_ENDPOINTS',
  { sendsUnhealthy: false },
  {
    since: '1.31',
    says: 'Unhealthy endpoints are sent where outlier or panic settings ask for them.',
    source: 'pilot/pkg/features: PILOT_AUTO_SEND_UNHEALTHY_ENDPOINTS; a7c9ae034fb #60690',
    values: { sendsUnhealthy: true },
  },
);
