/** Which types a push regenerates, and what each type sends. Rows of the skip table: see `skip-table.ts`. */
import { rule } from '../rule.js';

export const WIDENED_ENDPOINTS = rule(
  'widened-endpoints',
  'Whether a merged key that endpoints do not depend on widens a push of some endpoints to all.',
  'xds/eds.go: canSendPartialFullPushes',
  { edsSkippedKindsKeepPartial: true },
  {
    since: '1.30',
    says: 'A merged key that endpoints do not depend on (a VirtualService) widens a push of some endpoints to all of the proxy.',
    source: 'xds/eds.go: canSendPartialFullPushes; d77b79ccc8a #59482',
    recorded: true,
    values: { edsSkippedKindsKeepPartial: false },
  },
);

export const PARTIAL_ENDPOINTS = rule(
  'partial-endpoints',
  'Kinds that push only the endpoints they affect.',
  'xds/eds.go: canSendPartialFullPushes, deltaAwareEdsConfigs',
  { edsPartialKinds: ['ServiceEntry'] },
  {
    since: '1.30',
    says: 'A DestinationRule or PeerAuthentication pushes only the endpoints it affects instead of all.',
    source: 'xds/eds.go: deltaAwareEdsConfigs; d77b79ccc8a #59482',
    recorded: true,
    // Endpoints have a kind of their own since 1.31; before, no key is of it.
    values: { edsPartialKinds: ['ServiceEntry', 'Endpoints', 'DestinationRule', 'PeerAuthentication'] },
  },
);

export const PARTIAL_FULL_PUSHES = rule(
  'partial-full-pushes',
  'Whether PILOT_PARTIAL_FULL_PUSHES switches partial endpoints off for full requests.',
  'xds/eds.go: canSendPartialFullPushes',
  { partialFullPushesSwitch: true },
  {
    since: '1.19',
    says: 'PILOT_PARTIAL_FULL_PUSHES is gone: a full request that names only services always pushes only their endpoints.',
    source: 'pilot/pkg/features; e65e97c8e1f #44590',
    values: { partialFullPushesSwitch: false },
  },
);

export const DELTA_CLUSTERS = rule(
  'delta-clusters',
  'Kinds for which delta xDS sends only the clusters they affect.',
  'networking/core/cluster.go: deltaConfigTypes, BuildDeltaClusters',
  { deltaCdsKinds: ['ServiceEntry'] },
  {
    since: '1.19',
    says: 'With delta xDS a DestinationRule sends only the clusters of its host.',
    source: 'networking/core/cluster.go: deltaConfigTypes; 02ba4cfd9fb #44891',
    recorded: true,
    values: { deltaCdsKinds: ['ServiceEntry', 'DestinationRule'] },
  },
  {
    since: '1.30',
    says: 'With delta xDS a VirtualService, Sidecar or PeerAuthentication (not of the root namespace) sends only the clusters it affects.',
    source: 'networking/core/cluster.go: deltaConfigTypes; d77b79ccc8a #59482',
    recorded: true,
    values: { deltaCdsKinds: ['ServiceEntry', 'DestinationRule', 'VirtualService', 'PeerAuthentication', 'Sidecar'] },
  },
);

export const NEUTRAL_CLUSTER_KINDS = rule(
  'neutral-cluster-kinds',
  'Whether keys that clusters do not depend on are taken out before the delta test.',
  'xds/cds.go: cdsNeedsPush',
  { cdsSkippedKindsKeepDelta: false },
  {
    since: '1.26',
    says: 'With delta xDS merged keys that clusters do not depend on (a Gateway) leave a push of some clusters one of some.',
    source: 'xds/cds.go: cdsNeedsPush; 3b16f5f763c #55757',
    recorded: true,
    values: { cdsSkippedKindsKeepDelta: true },
  },
);

export const DELTA_ENDPOINTS = rule(
  'delta-endpoints',
  'Whether an answer of clusters is followed by endpoints.',
  'xds/delta.go: forceEDSPush',
  { forcesEdsAfterDeltaCds: false },
  {
    since: '1.22',
    says: 'With delta xDS clusters asked for are followed by all watched endpoints.',
    source: 'xds/delta.go: forceEDSPush',
    values: { forcesEdsAfterDeltaCds: true },
  },
);

export const GATEWAY_VIRTUAL_SERVICES = rule(
  'gateway-virtual-services',
  'Whether a VirtualService makes gateways generate clusters.',
  'xds/cds.go: cdsNeedsPush',
  { 'skips.VirtualService': '. S . . . S S S' },
  {
    since: '1.26',
    says: 'A VirtualService alone no longer makes gateways generate clusters.',
    source: 'xds/cds.go: cdsNeedsPush; 3b16f5f763c #55757',
    recorded: true,
    values: { 'skips.VirtualService': 'C S . . . S S S' },
  },
  {
    since: '1.30',
    says: 'A VirtualService makes gateways generate clusters again.',
    source: 'xds/cds.go: pushCdsGatewayConfig; d77b79ccc8a #59482',
    recorded: true,
    values: { 'skips.VirtualService': '. S . . . S S S' },
  },
);

export const GATEWAY_OBJECTS = rule(
  'gateway-objects',
  'What a Gateway regenerates.',
  'xds/cds.go: cdsNeedsPush; xds/rds.go: rdsNeedsPush',
  { 'skips.Gateway': 'S S S . . S S S' },
  {
    since: '1.30',
    says: 'A Gateway makes gateways generate clusters, too, and no longer routes of sidecars.',
    source: 'xds/cds.go: pushCdsGatewayConfig, xds/rds.go; d77b79ccc8a #59482',
    recorded: true,
    values: { 'skips.Gateway': 'R S S . R S S S' },
  },
);

export const SIDECAR_OBJECTS = rule(
  'sidecar-objects',
  'What a Sidecar regenerates.',
  'xds/eds.go: edsNeedsPush',
  { 'skips.Sidecar': '. . . . . . S S' },
  {
    since: '1.30',
    says: 'A Sidecar no longer regenerates endpoints.',
    source: 'xds/eds.go: skippedEdsConfigs; d77b79ccc8a #59482',
    values: { 'skips.Sidecar': '. S . . . . S S' },
  },
);

export const PEER_AUTHENTICATION = rule(
  'peer-authentication',
  'What a PeerAuthentication regenerates.',
  'xds/lds.go: ldsNeedsPush',
  { 'skips.PeerAuthentication': '. . . . S S S S' },
  {
    since: '1.30',
    says: 'A PeerAuthentication regenerates listeners of its own namespace only (in the root namespace: of all).',
    source: 'xds/lds.go: ldsNeedsPush; d77b79ccc8a #59482',
    values: { 'skips.PeerAuthentication': '. . O O S S S S' },
  },
);

export const ADDRESS_TYPES = rule(
  'address-types',
  'What ambient addresses regenerate.',
  'xds/{cds,eds,lds,rds,nds}.go',
  { 'skips.Address': '. . . . . . . .' },
  {
    since: '1.30',
    says: 'Ambient addresses regenerate no endpoints, routes and name tables.',
    source: 'xds/{eds,rds,nds}.go; d77b79ccc8a #59482',
    values: { 'skips.Address': '. S . . S S S S' },
  },
  {
    since: '1.31',
    says: 'Ambient addresses regenerate no clusters and listeners.',
    source: 'xds/{cds,lds}.go; 3dcae099a42 #59808',
    values: { 'skips.Address': 'S S S S S S S S' },
  },
);

export const FULL_TYPES = rule(
  'full-types',
  'Which types an incremental request never regenerates.',
  'xds/{cds,lds,rds,nds}.go: NeedsPush',
  { fullOnly: ['cds', 'lds', 'rds'] },
  {
    since: '1.25',
    says: 'Name tables need a full push; before, an incremental one for a headless endpoint regenerates them, too.',
    source: 'xds/nds.go; 0247fcccf99 #54451',
    values: { fullOnly: ['cds', 'lds', 'rds', 'nds'] },
  },
  {
    since: '1.31',
    says: 'No request is incremental any more: kinds decide alone.',
    source: 'xds/{cds,lds,rds,nds}.go; 3dcae099a42 #59808',
    values: { fullOnly: [] },
  },
);

export const HEADLESS_SHORTCUT = rule(
  'headless-shortcut',
  'Batches of nothing but headless endpoints.',
  'xds/xdsgen.go: xdsNeedsPush',
  { headlessShortcut: false },
  {
    since: '1.31',
    says: 'A batch of nothing but headless endpoints skips clusters, and routes and listeners of gateways.',
    source: 'xds/{cds,lds,rds}.go; 2f84def4450 #60803',
    values: { headlessShortcut: true },
  },
);
