/** What secrets push, rows of the skip table that never changed, and rules that the model does not act upon. */
import { rule } from '../rule.js';

export const EMPTY_SECRETS = rule(
  'empty-secrets',
  'What watchers of other secrets get when one changes.',
  'xds/sds.go: Generate',
  { sendsEmptySds: true },
  {
    since: '1.22',
    says: 'A changed secret is sent to those who watch it; before, every watcher of secrets gets an empty list.',
    source: 'xds/sds.go: Generate',
    values: { sendsEmptySds: false },
  },
);

export const DROPPED_NAMES = rule(
  'dropped-names',
  'Whether a request that only drops names is answered.',
  'xds/ads.go: shouldRespond',
  { answersRemovals: true },
  {
    since: '1.22',
    says: 'A state-of-the-world request that only drops names is not answered.',
    source: 'xds/ads.go: shouldRespond; 8ba9f3a6642 #48877',
    values: { answersRemovals: false },
  },
);

export const OTHER_KINDS = rule(
  'other-kinds',
  'Which types the remaining kinds regenerate.',
  'xds/{cds,eds,lds,rds,nds,ecds,sds}.go: NeedsPush',
  {
    'skips.ServiceEntry': '. . . . . . S S',
    'skips.WorkloadEntry': 'S . S S S S S S',
    'skips.WorkloadGroup': 'S S S S S S S S',
    'skips.DestinationRule': '. . . . . S S S',
    'skips.EnvoyFilter': '. . . . . S . S',
    'skips.AuthorizationPolicy': 'S S . . S S S S',
    'skips.RequestAuthentication': 'S S . . S S S S',
    'skips.Telemetry': 'S S . . S S S S',
    'skips.ProxyConfig': 'S S S S S S S S',
    'skips.Secret': 'S S S S S S S .',
    'skips.MeshConfig': '. . . . . S S S',
    'skips.Ingress': '. . . . . . . .',
    'skips.IngressClass': '. . . . . . . .',
  },
);

export const SEND_TIMEOUT = rule(
  'send-timeout',
  'Whether PILOT_XDS_SEND_TIMEOUT ends a send that blocks.',
  'pilot/pkg/features: PILOT_XDS_SEND_TIMEOUT',
  { sendTimeoutSwitch: true },
  {
    since: '1.22',
    says: 'PILOT_XDS_SEND_TIMEOUT is gone: a send that blocks blocks until the connection ends.',
    source: 'pilot/pkg/features; 97536b6c3b7 #49755',
    values: { sendTimeoutSwitch: false },
  },
);

export const PASSTHROUGH_CLUSTERS = rule(
  'passthrough-clusters',
  'Whether a Gateway that changes auto-passthrough hosts makes gateways generate clusters.',
  'xds/cds.go: cdsNeedsPush',
  { passthroughGatewayClusters: false },
  {
    since: '1.20',
    says: 'A Gateway that changes auto-passthrough hosts makes gateways generate clusters.',
    source: 'xds/cds.go: cdsNeedsPush',
    values: { passthroughGatewayClusters: true },
  },
);

export const GATEWAY_SCOPES = rule(
  'gateway-scopes',
  'Whether gateways share the default scopes of sidecars.',
  'model/push_context.go: getSidecarScope',
  { gatewayScopeCache: false },
  {
    since: '1.22',
    says: 'Gateways and waypoints have default scopes of their own, not those of sidecars of their namespace.',
    source: 'model/push_context.go: getSidecarScope; 4c57569b3a1 #49899',
    values: { gatewayScopeCache: true },
  },
);

export const CLOSE_GRACE = rule(
  'close-grace',
  'From the maximum age of a connection to its forced close.',
  'pkg/keepalive; google.golang.org/grpc internal/transport/http2_server.go',
  { closeGrace_s: 10 },
  {
    since: '1.19',
    says: 'A connection at its maximum age is closed 1 s later: the server waits for the client after the 10 s of grace.',
    source: 'go.mod: gRPC 1.56.3 to 1.61.2; internal/transport/http2_server.go',
    recorded: true,
    values: { closeGrace_s: 11 },
  },
);
