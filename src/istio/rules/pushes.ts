/** Rules on what a push means for a proxy: whether it is for it, which types with which resources, what is cached. */
import { fields, type ProfileRule, rule, skipRows } from './parts.js';

export const PUSH_RULES: readonly ProfileRule[] = [
  rule(
    'key-filter',
    fields('filtersKeys'),
    'Since 1.26 keys are filtered proxy by proxy; in 1.17 one relevant key lets all merged ones through.',
    'xds/proxy_dependencies.go: filterRelevantUpdates',
  ),
  rule(
    'relevance',
    fields('relevance'),
    'PeerAuthentication, Telemetry and WasmPlugin concern everybody in 1.17, later only their scope or namespace.',
    'xds/proxy_dependencies.go: proxyDependentOnConfig',
  ),
  rule(
    'widened-endpoints',
    fields('edsSkippedKindsKeepPartial'),
    'Since 1.30 a merged key that endpoints do not depend on (a VirtualService) widens a push of some endpoints to all.',
    'xds/eds.go: canSendPartialFullPushes',
  ),
  rule(
    'partial-endpoints',
    fields('edsPartialKinds'),
    'A DestinationRule or PeerAuthentication pushes all endpoints in 1.17, later only those it affects.',
    'xds/eds.go: canSendPartialFullPushes',
  ),
  rule(
    'delta-clusters',
    fields('deltaCdsKinds'),
    'With delta xDS more kinds than services send only the clusters they affect.',
    'networking/core/cluster.go: BuildDeltaClusters',
  ),
  rule(
    'delta-endpoints',
    fields('forcesEdsAfterDeltaCds'),
    'With delta xDS clusters asked for are followed by all watched endpoints since 1.22.',
    'xds/delta.go: forceEDSPush',
  ),
  rule(
    'gateway-objects',
    skipRows('Gateway'),
    'In 1.30 a changed Gateway makes gateways generate clusters, too; in 1.17 only listeners and routes.',
    'xds/cds.go: cdsNeedsPush; xds/rds.go: rdsNeedsPush',
  ),
  rule(
    'sidecar-objects',
    skipRows('Sidecar'),
    'A changed Sidecar regenerates all endpoints in 1.17; later no endpoints.',
    'xds/eds.go: edsNeedsPush',
  ),
  rule(
    'peer-authentication',
    skipRows('PeerAuthentication'),
    "A PeerAuthentication regenerates listeners of its own namespace only in later versions (root's: of all).",
    'xds/lds.go: ldsNeedsPush',
  ),
  rule(
    'full-types',
    fields('fullOnly'),
    'Which types an incremental request never regenerates.',
    'xds/{cds,lds,rds,nds}.go: NeedsPush',
  ),
  rule(
    'headless-shortcut',
    fields('headlessShortcut'),
    'Since 1.31 a batch of nothing but headless endpoints skips clusters and routes.',
    'xds/xdsgen.go: xdsNeedsPush',
  ),
  rule(
    'empty-secrets',
    fields('sendsEmptySds'),
    '1.17 answers every watcher of secrets with an empty list when the changed one is not theirs.',
    'xds/sds.go: Generate',
  ),
  rule(
    'one-cache',
    fields('oneCache'),
    'One xDS cache for all types, so one write token, in 1.17; since 1.18 one for each.',
    'model/xds_cache.go; model/typed_xds_cache.go',
  ),
  rule(
    'routes-dropped',
    fields('endpointsDropRoutes'),
    '1.17 drops cached routes with every endpoint event of a service in them; 1.30 keeps them.',
    'model/xds_cache.go: Clear; networking/core/route/route_cache.go: DependentConfigs',
  ),
  rule(
    'endpoints-by-type',
    fields('endpointsByNodeType'),
    'Sidecars and gateways share cached endpoints in 1.17; later each type of proxy has its own.',
    'xds/endpoint_builder.go: EndpointBuilder.Key; xds/endpoints/endpoint_builder.go: WriteHash',
  ),
];
