/** Rules on how events become requests, and what a request asks for. */
import { both, defaultOf, fields, type ProfileRule, rule, skipRows } from './parts.js';

/** How events become push requests. */
export const EVENT_RULES: readonly ProfileRule[] = [
  rule(
    'equal-endpoints',
    fields('suppressesEqualEndpoints'),
    '1.17 pushes an EndpointSlice event even if nothing visible has changed; since 1.23 it is dropped.',
    'xds/eds.go: edsCacheUpdate; model/endpointshards.go: UpdateServiceEndpoints',
  ),
  rule(
    'stream-per-kind',
    fields('configStreamPerKind'),
    'One worker handles all config kinds in order in 1.17; later each kind has a stream of its own.',
    'config/kube/crdclient/client.go: RegisterEventHandler',
  ),
  rule(
    'gone-services',
    fields('skipsGoneServices'),
    'Later versions ignore the write of a service that has been deleted meanwhile.',
    'serviceregistry/kube/controller/controller.go: registerHandlers',
  ),
  rule(
    'hidden-services',
    fields('hiddenServicesArePrivate'),
    'Later versions push nothing for services that nobody may see (exportTo ~).',
    'serviceregistry/kube/controller/controller.go: serviceUpdateNeedsPush',
  ),
  rule(
    'headless',
    both(fields('headlessByProtocol'), skipRows('DNSName')),
    'An endpoint of a headless service whose ports are all HTTP changes only name tables in later versions.',
    'serviceregistry/kube/controller/endpointslice.go: pushEDS',
  ),
  rule(
    'gateway-api',
    both(
      fields('gatewayApiAlwaysPushes', 'translatesConfigs', 'gatewayKinds'),
      skipRows('HTTPRoute', 'TCPRoute', 'TLSRoute', 'KubernetesGateway', 'GatewayClass', 'ReferenceGrant'),
      skipRows('WasmPlugin', 'TrafficExtension'),
    ),
    'Later versions push what Gateway API objects, Ingresses and WasmPlugins become, and only if that has changed.',
    'config/kube/gateway/controller.go',
  ),
  rule(
    'ca-config-maps',
    both(fields('watchesConfigMaps'), skipRows('ConfigMap')),
    'Later versions watch ConfigMaps with CA certificates.',
    'credentials/kube/secrets.go: NewCredentialsController',
  ),
  rule(
    'discovery-selectors',
    fields('selectsConfigs', 'selectsSecrets'),
    'discoverySelectors also filter config objects, Secrets and ConfigMaps in later versions.',
    'pkg/kube/namespace/filter.go',
  ),
  rule(
    'gateway-label',
    fields('gatewayNameLabel'),
    'Pods deployed for a Gateway API Gateway carry another label.',
    'config/kube/gateway/conversion.go',
  ),
  rule(
    'endpoint-kind',
    both(fields('endpointKind'), skipRows('Endpoints')),
    'Since 1.31 endpoint changes have a kind of their own and are no longer taken for changed services when merged.',
    'xds/eds.go: EDSUpdate',
  ),
];

/** What a request asks for, and what its context costs. */
export const REQUEST_RULES: readonly ProfileRule[] = [
  rule(
    'forced-requests',
    fields('hasForced'),
    'Without keys a request means everything in 1.17, also after merging; since 1.26 only a flag does, and keys stay.',
    'model/push_context.go: PushRequest.Merge, CopyMerge',
  ),
  rule(
    'full-flag',
    fields('hasFull'),
    'Since 1.31 every push builds a context, endpoints included; before, only full ones do.',
    'xds/discovery.go: Push, initPushContext',
  ),
  rule(
    'context-parts',
    fields('rebuilds', 'scopeKinds'),
    'Which kinds rebuild which part of the context and make proxies look up their scope again.',
    'model/push_context.go: updateContext; xds/ads.go: computeProxyState',
  ),
  rule(
    'own-services',
    fields('alwaysLooksUpOwnServices'),
    "1.17 looks up a proxy's own services in every full push; later only if a service of its namespace has changed.",
    'xds/ads.go: computeProxyState',
  ),
  rule(
    'counted-services',
    fields('countsExportedOnly'),
    'In 1.17 pilot_services leaves out services that are exported to other namespaces than their own only.',
    'model/push_context.go: GetAllServices, GetTotalServiceCount',
  ),
  rule(
    'counted-once',
    fields('countedOnce'),
    'Some reasons count once in pilot_push_triggers however often they were merged.',
    'xds/monitoring.go: recordPushTriggers',
  ),
  rule(
    'push-throttle',
    defaultOf('pushThrottle'),
    'Unless set, PILOT_PUSH_THROTTLE is 100 in 1.17 and min(15 + 5 × GOMAXPROCS, 100) since 1.21.',
    'pilot/pkg/features: PILOT_PUSH_THROTTLE',
  ),
  rule(
    'admission-rate',
    defaultOf('maxRequestsPerSecond'),
    'Unless set, PILOT_MAX_REQUESTS_PER_SECOND is 25 in 1.17 and min(15 + 5 × GOMAXPROCS, 100) since 1.21.',
    'pilot/pkg/features: PILOT_MAX_REQUESTS_PER_SECOND',
  ),
  rule('xds-protocol', defaultOf('xds'), 'Proxies ask for delta xDS by default since 1.22.', 'istio-agent/agent.go'),
];
