/** istiod 1.30: `full` and `forced` requests, keys filtered per proxy, equal EndpointSlices dropped. */
import type { Profile } from './profile.js';
import { skipTable } from './skip-table.js';

/** Shared by 1.30 and the development head, which adds rows for its own kinds. */
export const SKIPS_1_30 = `
    ServiceEntry          .  .  .  .  .  .  S  S
    DNSName               S  S  S  S  S  .  S  S
    WorkloadEntry         S  .  S  S  S  S  S  S
    WorkloadGroup         S  S  S  S  S  S  S  S
    VirtualService        .  S  .  .  .  S  S  S
    DestinationRule       .  .  .  .  .  S  S  S
    Gateway               R  S  S  .  R  S  S  S
    Sidecar               .  S  .  .  .  .  S  S
    EnvoyFilter           .  .  .  .  .  S  .  S
    PeerAuthentication    .  .  O  O  S  S  S  S
    AuthorizationPolicy   S  S  .  .  S  S  S  S
    RequestAuthentication S  S  .  .  S  S  S  S
    Telemetry             S  S  .  .  S  S  S  S
    WasmPlugin            S  S  .  .  S  S  S  S
    TrafficExtension      S  S  .  .  S  S  .  S
    ProxyConfig           S  S  S  S  S  S  S  S
    Secret                S  S  S  S  S  S  S  .
    ConfigMap             .  .  .  .  .  .  S  .
    MeshConfig            .  .  .  .  .  S  S  S
`;

export const ISTIO_1_30: Profile = {
  version: '1.30',
  hasFull: true,
  hasForced: true,
  endpointKind: 'ServiceEntry',
  suppressesEqualEndpoints: true,
  gatewayApiAlwaysPushes: false,
  translatesConfigs: true,
  watchesConfigMaps: true,
  skipsGoneServices: true,
  hiddenServicesArePrivate: true,
  headlessByProtocol: true,
  selectsConfigs: true,
  selectsSecrets: true,
  gatewayNameLabel: 'gateway.networking.k8s.io/gateway-name',
  configStreamPerKind: true,
  filtersKeys: true,
  relevance: {
    sidecar: {
      Gateway: 'never',
      Sidecar: 'scope',
      ServiceEntry: 'scopeOrOwn',
      Endpoints: 'scope',
      VirtualService: 'scope',
      DestinationRule: 'scope',
      PeerAuthentication: 'scope',
      EnvoyFilter: 'namespace',
      AuthorizationPolicy: 'namespace',
      RequestAuthentication: 'namespace',
      WasmPlugin: 'namespace',
      TrafficExtension: 'namespace',
      Telemetry: 'namespace',
      Address: 'never',
    },
    router: { Sidecar: 'never', ServiceEntry: 'scopeOrOwn', Address: 'never' },
    otherwise: 'always',
  },
  skips: skipTable(`${SKIPS_1_30}
    Address               .  S  .  .  S  S  S  S
  `),
  fullOnly: new Set(['cds', 'lds', 'rds', 'nds']),
  edsPartialKinds: new Set(['ServiceEntry', 'Endpoints', 'DestinationRule', 'PeerAuthentication']),
  edsSkippedKindsKeepPartial: false,
  deltaCdsKinds: new Set(['ServiceEntry', 'DestinationRule', 'VirtualService', 'PeerAuthentication', 'Sidecar']),
  forcesEdsAfterDeltaCds: true,
  scopeKinds: new Set([
    'ServiceEntry',
    'DestinationRule',
    'VirtualService',
    'PeerAuthentication',
    'Sidecar',
    'Ingress',
  ]),
  gatewayKinds: new Set(['Gateway', 'Ingress']),
  alwaysLooksUpOwnServices: false,
  rebuilds: {
    ServiceEntry: ['services', 'scopes'],
    DNSName: ['services', 'scopes'],
    VirtualService: ['virtualServices', 'scopes'],
    DestinationRule: ['destinationRules', 'scopes'],
    Sidecar: ['scopes'],
    PeerAuthentication: ['policies', 'scopes'],
    RequestAuthentication: ['policies', 'scopes'],
    Gateway: ['gateways'],
    EnvoyFilter: ['policies'],
    AuthorizationPolicy: ['policies'],
    Telemetry: ['policies'],
    ProxyConfig: ['policies'],
    TrafficExtension: ['policies'],
  },
  countsExportedOnly: true,
  countedOnce: new Set(['headlessendpoint', 'ambient', 'tag', 'depdendentresource']),
  headlessShortcut: false,
  sendsEmptySds: false,
  oneCache: false,
  endpointsDropRoutes: false,
  endpointsByNodeType: true,
  defaults: { xds: 'delta', pushThrottle: 0, maxRequestsPerSecond: 0 },
};
