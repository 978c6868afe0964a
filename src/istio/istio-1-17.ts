/** istiod 1.17: `full` requests, an empty key set means everything, no filtering of keys per proxy. */
import { GATEWAY_API_KINDS } from './kinds.js';
import type { Profile } from './profile.js';
import { skipTable } from './skip-table.js';

export const ISTIO_1_17: Profile = {
  version: '1.17',
  hasFull: true,
  hasForced: false,
  endpointKind: 'ServiceEntry',
  suppressesEqualEndpoints: false,
  gatewayApiAlwaysPushes: true,
  translatesConfigs: false,
  watchesConfigMaps: false,
  skipsGoneServices: false,
  hiddenServicesArePrivate: false,
  headlessByProtocol: false,
  selectsConfigs: false,
  selectsSecrets: false,
  gatewayNameLabel: 'istio.io/gateway-name',
  configStreamPerKind: false,
  filtersKeys: false,
  relevance: {
    sidecar: {
      Gateway: 'never',
      Sidecar: 'scope',
      ServiceEntry: 'scopeOrFirstOwn',
      VirtualService: 'scope',
      DestinationRule: 'scope',
      EnvoyFilter: 'namespace',
      AuthorizationPolicy: 'namespace',
      RequestAuthentication: 'namespace',
    },
    router: { Sidecar: 'never', ServiceEntry: 'scopeOrFirstOwn' },
    otherwise: 'always',
  },
  skips: skipTable(`
    ServiceEntry          .  .  .  .  .  .  S  S
    WorkloadEntry         S  .  S  S  S  S  S  S
    WorkloadGroup         S  S  S  S  S  S  S  S
    VirtualService        .  S  .  .  .  S  S  S
    DestinationRule       .  .  .  .  .  S  S  S
    Gateway               S  S  S  .  .  S  S  S
    Sidecar               .  .  .  .  .  .  S  S
    EnvoyFilter           .  .  .  .  .  S  .  S
    PeerAuthentication    .  .  .  .  S  S  S  S
    AuthorizationPolicy   S  S  .  .  S  S  S  S
    RequestAuthentication S  S  .  .  S  S  S  S
    Telemetry             S  S  .  .  S  S  S  S
    WasmPlugin            S  S  .  .  S  S  .  S
    ProxyConfig           S  S  S  S  S  S  S  S
    Secret                S  S  S  S  S  S  S  .
    MeshConfig            .  .  .  .  .  S  S  S
    HTTPRoute             .  .  .  .  .  .  S  S
    TCPRoute              .  .  .  .  .  .  S  S
    TLSRoute              .  .  .  .  .  .  S  S
    KubernetesGateway     .  .  .  .  .  .  S  S
    GatewayClass          .  .  .  .  .  .  S  S
    ReferenceGrant        .  .  .  .  .  .  S  .
  `),
  fullOnly: new Set(['cds', 'lds', 'rds']),
  edsPartialKinds: new Set(['ServiceEntry']),
  edsSkippedKindsKeepPartial: true,
  deltaCdsKinds: new Set(['ServiceEntry']),
  forcesEdsAfterDeltaCds: false,
  scopeKinds: new Set([
    'ServiceEntry',
    'DestinationRule',
    'VirtualService',
    'Sidecar',
    'HTTPRoute',
    'TCPRoute',
    'Ingress',
  ]),
  gatewayKinds: new Set(['Gateway', 'KubernetesGateway', 'GatewayClass', 'ReferenceGrant', 'Ingress']),
  alwaysLooksUpOwnServices: true,
  rebuilds: {
    ServiceEntry: ['services', 'scopes'],
    VirtualService: ['virtualServices', 'scopes'],
    DestinationRule: ['destinationRules', 'scopes'],
    Sidecar: ['scopes'],
    Gateway: ['gateways'],
    EnvoyFilter: ['policies'],
    PeerAuthentication: ['policies'],
    RequestAuthentication: ['policies'],
    AuthorizationPolicy: ['policies'],
    Telemetry: ['policies'],
    ProxyConfig: ['policies'],
    WasmPlugin: ['policies'],
    ...Object.fromEntries(GATEWAY_API_KINDS.map((kind) => [kind, ['virtualServices', 'gateways', 'scopes'] as const])),
  },
  countsExportedOnly: false,
  countedOnce: new Set(),
  headlessShortcut: false,
  sendsEmptySds: true,
  oneCache: true,
  endpointsDropRoutes: true,
  endpointsByNodeType: false,
  defaults: { xds: 'sotw', pushThrottle: 100, maxRequestsPerSecond: 25 },
};
