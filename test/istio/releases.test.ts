/**
 * Every rule, release by release, as the reference of releases tells it: from which release on it says what. The table is
 * walked along all releases, and every date in the rules is moved by one release to see the table notice.
 */
import { describe, expect, test } from 'vitest';
import { profileOf, ruleValues } from '../../src/istio/profile.js';
import { findRelease, MINORS, RELEASES, type Release } from '../../src/istio/releases.js';
import { type Rule, type RuleChange, type ValueName, valuesAt } from '../../src/istio/rule.js';
import type { RuleValues } from '../../src/istio/rule-values.js';
import { RULES } from '../../src/istio/rules/rules.js';

type Row = readonly [line: string, probe: (values: RuleValues) => unknown, steps: Readonly<Record<string, unknown>>];

const HTTP_ROUTE = ['HTTPRoute', 'TCPRoute', 'TLSRoute'] as const;
const GATEWAY_API = [...HTTP_ROUTE, 'KubernetesGateway', 'GatewayClass', 'ReferenceGrant'] as const;

/** From each named release on, in the order of releases, the value is this. */
const LINES: readonly Row[] = [
  ['one LRU a type', (v) => v.oneCache, { '1.17.0': true, '1.18.0': false }],
  ['WasmPlugin only in its namespace', (v) => v['sidecar.WasmPlugin'], { '1.17.0': 'always', '1.18.0': 'namespace' }],
  ['PILOT_PARTIAL_FULL_PUSHES gone', (v) => v.partialFullPushesSwitch, { '1.17.0': true, '1.19.0': false }],
  [
    'delta CDS partial also for DestinationRule; for VirtualService, Sidecar, PeerAuthentication',
    (v) => v.deltaCdsKinds.join(' '),
    {
      '1.17.0': 'ServiceEntry',
      '1.19.0': 'ServiceEntry DestinationRule',
      '1.30.0': 'ServiceEntry DestinationRule VirtualService PeerAuthentication Sidecar',
    },
  ],
  ['reasons counted in a map', (v) => v.countedOnce.length, { '1.17.0': 0, '1.19.0': 4 }],
  ['always EndpointSlices', (v) => v.endpointSlicesOnly, { '1.17.0': false, '1.19.0': true }],
  ['Service with exportTo ~ causes no push', (v) => v.hiddenServicesArePrivate, { '1.17.0': false, '1.19.7': true }],
  [
    'EndpointSlice update compared: by address and health, then in all attributes',
    (v) => v.endpointComparison,
    {
      '1.17.0': 'nothing',
      '1.18.6': 'addresses',
      '1.19.0': 'nothing',
      '1.19.4': 'addresses',
      '1.21.3': 'attributes',
      '1.22.0': 'addresses',
      '1.22.1': 'attributes',
    },
  ],
  [
    'a ServiceEntry key of any of its own services',
    (v) => [v['sidecar.ServiceEntry'], v['router.ServiceEntry']],
    { '1.17.0': ['scopeOrFirstOwn', 'scopeOrFirstOwn'], '1.20.0': ['scopeOrOwn', 'scopeOrOwn'] },
  ],
  [
    'CDS at a gateway for a Gateway that changes auto-passthrough hosts',
    (v) => v.passthroughGatewayClusters,
    { '1.17.0': false, '1.20.0': true },
  ],
  [
    'headless service with only HTTP ports: key DNSName',
    (v) => [v.headlessByProtocol, v['skips.DNSName'], v['rebuilds.DNSName'].length],
    { '1.17.0': [false, '. . . . . . . .', 0], '1.20.4': [true, 'S S S S S . S S', 2] },
  ],
  [
    'throttle and admission rate automatic',
    (v) => [v.pushThrottle, v.maxRequestsPerSecond],
    { '1.17.0': [100, 25], '1.21.0': [0, 0] },
  ],
  ["delta is the agent's default", (v) => v.xds, { '1.17.0': 'sotw', '1.22.0': 'delta' }],
  ['PILOT_XDS_SEND_TIMEOUT gone', (v) => v.sendTimeoutSwitch, { '1.17.0': true, '1.22.0': false }],
  ['SotW request that only drops names', (v) => v.answersRemovals, { '1.17.0': true, '1.22.0': false }],
  ['pod label change re-pushes endpoints', (v) => v.podLabelsPushEndpoints, { '1.17.0': false, '1.22.0': true }],
  ['gateways have their own default scope cache', (v) => v.gatewayScopeCache, { '1.17.0': false, '1.22.0': true }],
  [
    'service targets: with a ServiceEntry key; with one of the own namespace',
    (v) => v.ownServices,
    {
      '1.17.0': 'always',
      '1.21.5': 'anyServiceKey',
      '1.22.0': 'always',
      '1.22.3': 'anyServiceKey',
      '1.26.0': 'ownNamespace',
    },
  ],
  [
    'endpoint identity',
    (v) => v.endpointIdentity,
    { '1.17.0': 'address', '1.21.6': 'workload', '1.22.0': 'address', '1.22.4': 'workload' },
  ],
  [
    'Gateway-API kinds in the skip tables, then gone',
    (v) => HTTP_ROUTE.map((kind) => [v[`skips.${kind}`], v[`sidecar.${kind}`]]).join('; '),
    {
      '1.17.0': [1, 2, 3].map(() => '. . . . . . S S,always').join('; '),
      '1.22.0': [1, 2, 3].map(() => '. S . . . S S S,scope').join('; '),
      '1.26.0': [1, 2, 3].map(() => '. . . . . . . .,always').join('; '),
    },
  ],
  [
    'Gateway-API Gateways in the skip tables, then gone',
    (v) => [v['skips.KubernetesGateway'], v['skips.GatewayClass'], v['skips.ReferenceGrant']],
    {
      '1.17.0': ['. . . . . . S S', '. . . . . . S S', '. . . . . . S .'],
      '1.22.0': ['S S S . . S S S', '. . . . . . S S', '. . . . . . S .'],
      '1.26.0': ['. . . . . . . .', '. . . . . . . .', '. . . . . . . .'],
    },
  ],
  [
    'Gateway-API kinds translated to VirtualService and Gateway keys',
    (v) => [v.gatewayApiAlwaysPushes, v.gatewayKinds.length, GATEWAY_API.map((kind) => v[`rebuilds.${kind}`].length)],
    { '1.17.0': [true, 5, [3, 3, 3, 3, 3, 3]], '1.26.0': [false, 2, [0, 0, 0, 0, 0, 0]] },
  ],
  [
    'NDS needs a full push; no full push any more',
    (v) => v.fullOnly.join(' '),
    { '1.17.0': 'cds lds rds', '1.25.0': 'cds lds rds nds', '1.31.0-rc.0': '' },
  ],
  [
    'Forced; keys filtered per proxy',
    (v) => [v.hasForced, v.filtersKeys],
    { '1.17.0': [false, false], '1.26.0': [true, true] },
  ],
  [
    'CDS at a gateway: VirtualService key alone does not push; pushes again',
    (v) => v['skips.VirtualService'],
    { '1.17.0': '. S . . . S S S', '1.26.0': 'C S . . . S S S', '1.30.0': '. S . . . S S S' },
  ],
  ['kinds neutral for CDS are taken out', (v) => v.cdsSkippedKindsKeepDelta, { '1.17.0': false, '1.26.0': true }],
  ['Telemetry only for its namespace', (v) => v['sidecar.Telemetry'], { '1.17.0': 'always', '1.26.0': 'namespace' }],
  [
    'PeerAuthentication only for its namespace; by dependency',
    (v) => v['sidecar.PeerAuthentication'],
    { '1.17.0': 'always', '1.26.0': 'namespace', '1.30.0': 'scope' },
  ],
  ['Sidecar scopes converted on first use', (v) => v.lazyScopes, { '1.17.0': false, '1.27.0': true }],
  ['CRDs through krt collections', (v) => v.configStreamPerKind, { '1.17.0': false, '1.27.0': true }],
  ['EDS: a neutral key makes it full', (v) => v.edsSkippedKindsKeepPartial, { '1.17.0': true, '1.30.0': false }],
  [
    'EDS: DestinationRule no longer makes it full',
    (v) => v.edsPartialKinds.includes('DestinationRule') && v.edsPartialKinds.includes('PeerAuthentication'),
    { '1.17.0': false, '1.30.0': true },
  ],
  [
    'CDS at a gateway: a Gateway key always pushes; RDS: Gateway key only at gateways',
    (v) => v['skips.Gateway'],
    { '1.17.0': 'S S S . . S S S', '1.30.0': 'R S S . R S S S' },
  ],
  ['EDS skips Sidecar', (v) => v['skips.Sidecar'], { '1.17.0': '. . . . . . S S', '1.30.0': '. S . . . . S S' }],
  [
    'EDS skips Address, later CDS and LDS, too',
    (v) => v['skips.Address'],
    { '1.17.0': '. . . . . . . .', '1.30.0': '. S . . S S S S', '1.31.0-rc.0': 'S S S S S S S S' },
  ],
  [
    'LDS: PeerAuthentication only of own or root namespace',
    (v) => v['skips.PeerAuthentication'],
    { '1.17.0': '. . . . S S S S', '1.30.0': '. . O O S S S S' },
  ],
  [
    'PeerAuthentication recomputes the scope; Gateway-API routes no longer do',
    (v) => [v.scopeKinds.includes('PeerAuthentication'), v.scopeKinds.includes('HTTPRoute')],
    { '1.17.0': [false, true], '1.26.0': [false, false], '1.30.0': [true, false] },
  ],
  [
    'metadata-only changes of VirtualServices push to everybody',
    (v) => v.virtualServiceMetadataPushes,
    { '1.17.0': false, '1.30.0': true, '1.30.3': false },
  ],
  [
    'WasmPlugin becomes a TrafficExtension key',
    (v) => [v['skips.WasmPlugin'], v['skips.TrafficExtension'], v['sidecar.TrafficExtension']],
    {
      '1.17.0': ['S S . . S S . S', '. . . . . . . .', 'always'],
      '1.30.0': ['S S . . S S S S', 'S S . . S S . S', 'namespace'],
    },
  ],
  [
    // Those of the Gateway API, GRPCRoute among them since 1.26; WasmPlugins since 1.30.
    'kinds translated before they are pushed',
    (v) => v.translatedKinds.length,
    { '1.17.0': 0, '1.26.0': GATEWAY_API.length + 1, '1.30.0': GATEWAY_API.length + 2 },
  ],
  ['a connection at its maximum age is closed 1 s later', (v) => v.closeGrace_s, { '1.17.0': 10, '1.19.0': 11 }],
  [
    'AMBIENT_SCOPED_ADDRESS_PUSHES',
    (v) => [v.scopedAddressPushes, v['sidecar.Address'], v['router.Address']],
    { '1.17.0': [false, 'always', 'always'], '1.30.3': [true, 'never', 'never'] },
  ],
  [
    'no full push any more: key kind Endpoints, context for every push',
    (v) => [v.hasFull, v.endpointKind, v['skips.Endpoints']],
    { '1.17.0': [true, 'ServiceEntry', '. . . . . . . .'], '1.31.0-rc.0': [false, 'Endpoints', 'S . S S S S S S'] },
  ],
  ['a delegate is pushed as what names it', (v) => v.mergesDelegates, { '1.17.0': false, '1.30.0': true }],
  ['headless endpoint change: no CDS', (v) => v.headlessShortcut, { '1.17.0': false, '1.31.0-rc.0': true }],
  ['unhealthy endpoints sent by default', (v) => v.sendsUnhealthy, { '1.17.0': false, '1.31.0-rc.0': true }],
];

/** Read from the tags, beside the lines of the reference. */
const BESIDE: readonly Row[] = [
  ['gone services are skipped', (v) => v.skipsGoneServices, { '1.17.0': false, '1.18.0': true }],
  ['an Ingress is compared', (v) => v.comparesIngress, { '1.17.0': false, '1.27.0': true }],
  ['two streams of ServiceEntries', (v) => v.serviceEntryStreams, { '1.17.0': false, '1.30.0': true }],
  [
    'ConfigMaps with CA certificates',
    (v) => [v.watchesConfigMaps, v['skips.ConfigMap']],
    { '1.17.0': [false, '. . . . . . . .'], '1.26.0': [true, '. . . . . . S .'] },
  ],
  [
    'discoverySelectors',
    (v) => [v.enhancedResourceScoping, v.selectsSecrets, v.selectsConfigs],
    {
      '1.17.0': [false, false, false],
      '1.22.0': [true, false, false],
      '1.24.0': [true, true, false],
      '1.25.0': [false, true, true],
    },
  ],
  [
    'gateway label',
    (v) => v.gatewayNameLabel.split('/')[0],
    { '1.17.0': 'istio.io', '1.21.0': 'gateway.networking.k8s.io' },
  ],
  [
    'policies rebuild scopes',
    (v) => [v['rebuilds.PeerAuthentication'].length, v['rebuilds.RequestAuthentication'].length],
    { '1.17.0': [1, 1], '1.30.0': [2, 2] },
  ],
  [
    'which extension is rebuilt',
    (v) => [v['rebuilds.WasmPlugin'].length, v['rebuilds.TrafficExtension'].length],
    { '1.17.0': [1, 0], '1.30.0': [0, 1] },
  ],
  ['pilot_services', (v) => v.countsExportedOnly, { '1.17.0': false, '1.30.3': true }],
  ['endpoints after delta clusters', (v) => v.forcesEdsAfterDeltaCds, { '1.17.0': false, '1.22.0': true }],
  ['empty secrets', (v) => v.sendsEmptySds, { '1.17.0': true, '1.22.0': false }],
  ['cached routes dropped', (v) => v.endpointsDropRoutes, { '1.17.0': true, '1.30.0': false }],
  ['cached endpoints by type', (v) => v.endpointsByNodeType, { '1.17.0': false, '1.18.0': true }],
  ['slices listed for every service', (v) => v.listsSlicesPerService, { '1.17.0': true, '1.20.0': false }],
  ['VirtualServices copied', (v) => v.copiesVirtualServices, { '1.17.0': true, '1.27.0': false }],
  ['vtprotobuf', (v) => v.vtprotobuf, { '1.17.0': false, '1.22.0': true }],
  [
    'bytes of clusters',
    (v) => [v.clusterBytes, v.clustersBytes, v.destinationRuleBytes, v.gatewayClustersBytes],
    {
      '1.17.0': [912, 616, 89, 24],
      '1.20.0': [962, 705, 92, 24],
      '1.24.0': [1010, 765, 86, 44],
      '1.29.0': [1008, 761, 86, 44],
      '1.31.0-rc.0': [1010, 761, 86, 44],
    },
  ],
  [
    'bytes of listeners',
    (v) => [v.listenersBytes + 3000, v.gatewayListenerBytes, v.gatewayRoutesBytes],
    {
      '1.17.0': [10_015, 2032, 32],
      '1.20.0': [10_088, 1955, 38],
      '1.22.0': [10_190, 1955, 38],
      '1.24.0': [10_166, 1995, 38],
      '1.25.0': [10_031, 1995, 38],
      '1.26.0': [10_041, 2000, 38],
    },
  ],
  [
    'bytes of routes',
    (v) => [v.routeBytes, v.extraRouteBytes],
    { '1.17.0': [465.9, 400], '1.24.0': [461.6, 384], '1.27.0': [495.6, 384] },
  ],
  ['bound of 0.5 s', (v) => v.halfSecondBound, { '1.17.0': false, '1.32-dev': true }],
  ['last field of the debounce line', (v) => v.debounceLogFlag, { '1.17.0': 'full', '1.31.0-rc.0': 'forced' }],
  ['version in the push line', (v) => v.pushLogTwice, { '1.17.0': true, '1.19.0': false }],
  ['pilot_xds_push_context_errors', (v) => v.countsContextErrors, { '1.17.0': true, '1.26.0': false }],
  ['conflict gauges', (v) => v.outboundConflicts.length, { '1.17.0': 3, '1.19.0': 1 }],
  ['queue metrics', (v) => v.queueMetrics, { '1.17.0': false, '1.19.0': true }],
  ['dashboard', (v) => v.dashboard, { '1.17.0': 'pilot-dashboard.json', '1.23.0': 'pilot-dashboard.gen.json' }],
];

function place(name: string): number {
  const found = RELEASES.findIndex((release) => release.name === name);
  if (found < 0) throw new Error(`there is no ${name}`);
  return found;
}

/** What a row says of a release, by nothing but the order of releases. */
function said([, , steps]: Row, release: Release): unknown {
  const names = Object.keys(steps).filter((name) => place(name) <= place(release.name));
  return steps[names.sort((a, b) => place(a) - place(b)).at(-1) ?? ''];
}

/** Releases of which the row says something else than the values do. */
function wrong(row: Row, valuesOf: (release: Release) => RuleValues, releases = RELEASES): readonly string[] {
  return releases
    .filter((release) => JSON.stringify(row[1](valuesOf(release))) !== JSON.stringify(said(row, release)))
    .map(({ name }) => name);
}

const VALUES = new Map(RELEASES.map((release) => [release, ruleValues(release)]));
const actual = (release: Release): RuleValues => VALUES.get(release) as RuleValues;

describe('the reference, line by line, along all releases', () => {
  test.each(LINES)('%s', (...row) => expect(wrong(row, actual)).toEqual([]));
});

describe('what was read from the tags besides', () => {
  test.each(BESIDE)('%s', (...row) => expect(wrong(row, actual)).toEqual([]));
});

/** The change with its nth first release moved along the list of releases; undefined at either end of it. */
function moved(change: RuleChange<ValueName>, nth: number, by: number): RuleChange<ValueName> | undefined {
  const firsts = change.since.split(', ');
  const from = firsts[nth] ?? '';
  const release = findRelease(/^1\.(?:1[7-9]|2\d|30)$/.test(from) ? `${from}.0` : from);
  const to = RELEASES[place(release?.name ?? from) + by]?.name;
  if (to === undefined) return undefined;
  return { ...change, since: firsts.map((first, i) => (i === nth ? to : first)).join(', ') };
}

const DATES = RULES.flatMap((rule) =>
  rule.changes.flatMap((change) =>
    change.since.split(', ').map((first, nth) => [`${rule.id}, since ${first}`, rule, change, nth] as const),
  ),
);

describe('a date moved by one release is noticed', () => {
  test('of every change of every rule', () => {
    expect(DATES.length).toBeGreaterThan(80);
    expect(new Set(DATES.map(([name]) => name)).size).toBe(DATES.length);
  });

  test.each(DATES)('%s', (_, rule, change, nth) => {
    for (const by of [-1, 1]) {
      const other = moved(change, nth, by);
      if (other === undefined) continue;
      const changed: Rule = { ...rule, changes: rule.changes.map((one) => (one === change ? other : one)) };
      const differing = RELEASES.filter(
        (release) => JSON.stringify(valuesAt(rule, release)) !== JSON.stringify(valuesAt(changed, release)),
      );
      const mutated = (release: Release): RuleValues => ({ ...actual(release), ...valuesAt(changed, release) });
      // Where a minor release has a patch with the change, that it comes earlier there than said is no difference.
      if (by > 0) expect(differing).not.toEqual([]);
      if (differing.length === 0) continue;
      const noticed = [...LINES, ...BESIDE].filter((row) => wrong(row, mutated, differing).length > 0);
      expect(noticed).not.toEqual([]);
    }
  });
});

describe('names of releases', () => {
  test('a minor release stands for its newest patch', () => {
    expect(MINORS.map((name) => findRelease(name)?.name)).toEqual([
      '1.17.8',
      '1.18.7',
      '1.19.10',
      '1.20.8',
      '1.21.6',
      '1.22.8',
      '1.23.6',
      '1.24.6',
      '1.25.5',
      '1.26.8',
      '1.27.9',
      '1.28.10',
      '1.29.6',
      '1.30.3',
      '1.31.0-rc.0',
      '1.32-dev',
    ]);
  });

  test.each(['1.16', '1.3', '1.24.7', '1.32', '2.0', 'latest', '1.30.3 ', ''])('%j is none', (name) => {
    expect(findRelease(name)).toBeUndefined();
  });

  test('patches of one minor release have profiles of their own', () => {
    expect(profileOf('1.30.2').virtualServiceMetadataPushes).toBe(true);
    expect(profileOf('1.30').virtualServiceMetadataPushes).toBe(false);
    expect(profileOf('1.19.3').endpointComparison).toBe('nothing');
    expect(profileOf('1.19').endpointComparison).toBe('addresses');
  });
});
