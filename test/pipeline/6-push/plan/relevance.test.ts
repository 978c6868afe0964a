import { describe, expect, test } from 'vitest';
import type { ConfigKind } from '../../../../src/istio/kinds.js';
import type { IstioVersion } from '../../../../src/istio/profile.js';
import { type PushRequest, pushRequest } from '../../../../src/pipeline/model/push-request.js';
import { istiodBench, VERSIONS, type Writes } from '../../../support/bench.js';
import { type Plans, plansOf } from '../../../support/connections.js';
import {
  destinationRule,
  gatewayPod,
  hostOf,
  meshOf,
  ROOT,
  service,
  sidecar,
  sidecarScope,
  virtualService,
} from '../../../support/mesh.js';

/**
 * The proxies of `shop` import cart of their own namespace and db of another one; `own` they are endpoints of but do
 * not import; `far` is visible to them and not imported; `secret` is visible in its own namespace only.
 */
const MESH = meshOf({
  services: [
    service('cart'),
    service('own'),
    service('data/db'),
    service('far/far'),
    service('far/secret', { exportTo: ['.'] }),
  ],
  configs: [
    ...['cart', 'data/db', 'far/far'].flatMap((name) => [virtualService(name), destinationRule(name)]),
    sidecarScope('default', ['./cart.shop.svc.cluster.local', 'data/*']),
    sidecarScope('far/default', ['./*']),
  ],
  proxies: [
    sidecar('sidecar', { service: hostOf('own') }),
    gatewayPod('gateway'),
    gatewayPod('gateway-of-own', { service: hostOf('own') }),
    sidecar('waypoint', { type: 'waypoint' }),
  ],
});

function isNeeded(plans: Plans, proxy: string, request: PushRequest): boolean {
  return plans.plan(proxy, request).needed;
}

/** Whether a change of `namespace/name` of this kind is pushed to the proxy. */
function concerns(version: IstioVersion, proxy: string, kind: ConfigKind, place: string): boolean {
  const plans = plansOf(version, MESH);
  const [namespace = '', name = ''] = place.split('/');
  const isService = kind === 'ServiceEntry' || kind === 'Endpoints' || kind === 'DNSName';
  const key = plans.mesh.keys.of(kind, namespace, isService ? hostOf(place) : name);
  return isNeeded(plans, proxy, pushRequest({ full: plans.profile.hasFull, reason: 'config', keys: [key] }));
}

/** Where an object may be, seen from `shop`. */
const PLACES = [`${ROOT}/x`, 'shop/x', 'data/x', 'far/x'] as const;
const ROOT_AND_OWN = [`${ROOT}/x`, 'shop/x'];
const NEITHER: readonly string[] = [];
const LATER: readonly IstioVersion[] = ['1.30', '1.32-dev'];

type Row = readonly [
  versions: readonly IstioVersion[],
  kind: ConfigKind,
  among: readonly string[],
  concerning: readonly string[],
];

const SERVICES = ['shop/cart', 'shop/own', 'data/db', 'far/far', 'far/secret'] as const;
const OBJECTS = ['shop/cart', 'data/db', 'far/far'] as const;

const SIDECAR: readonly Row[] = [
  [VERSIONS, 'ServiceEntry', SERVICES, ['shop/cart', 'shop/own', 'data/db']],
  [['1.32-dev'], 'Endpoints', SERVICES, ['shop/cart', 'data/db']],
  [VERSIONS, 'VirtualService', OBJECTS, ['shop/cart', 'data/db']],
  [VERSIONS, 'DestinationRule', OBJECTS, ['shop/cart', 'data/db']],
  [VERSIONS, 'Sidecar', ['shop/default', 'far/default', `${ROOT}/default`], ['shop/default']],
  [VERSIONS, 'Gateway', PLACES, NEITHER],
  [VERSIONS, 'EnvoyFilter', PLACES, ROOT_AND_OWN],
  [VERSIONS, 'AuthorizationPolicy', PLACES, ROOT_AND_OWN],
  [VERSIONS, 'RequestAuthentication', PLACES, ROOT_AND_OWN],
  [['1.17'], 'WasmPlugin', PLACES, PLACES],
  [['1.17'], 'Telemetry', PLACES, PLACES],
  [['1.17'], 'PeerAuthentication', PLACES, PLACES],
  [LATER, 'WasmPlugin', PLACES, ROOT_AND_OWN],
  [LATER, 'TrafficExtension', PLACES, ROOT_AND_OWN],
  [LATER, 'Telemetry', PLACES, ROOT_AND_OWN],
  [LATER, 'PeerAuthentication', PLACES, [`${ROOT}/x`, 'shop/x', 'data/x']],
  [VERSIONS, 'ProxyConfig', PLACES, PLACES],
  [VERSIONS, 'Secret', PLACES, PLACES],
  [LATER, 'ConfigMap', PLACES, PLACES],
  [LATER, 'DNSName', SERVICES, SERVICES],
  [['1.17'], 'HTTPRoute', PLACES, PLACES],
  [['1.17'], 'KubernetesGateway', PLACES, PLACES],
  [['1.17'], 'ReferenceGrant', PLACES, PLACES],
];

const GATEWAY: readonly Row[] = [
  [VERSIONS, 'ServiceEntry', SERVICES, ['shop/cart', 'shop/own', 'data/db', 'far/far']],
  [['1.32-dev'], 'Endpoints', SERVICES, SERVICES],
  [VERSIONS, 'VirtualService', OBJECTS, OBJECTS],
  [VERSIONS, 'DestinationRule', OBJECTS, OBJECTS],
  [VERSIONS, 'Sidecar', ['shop/default', 'far/default', `${ROOT}/default`], NEITHER],
  [VERSIONS, 'Gateway', PLACES, PLACES],
  [VERSIONS, 'EnvoyFilter', PLACES, PLACES],
  [VERSIONS, 'AuthorizationPolicy', PLACES, PLACES],
  [VERSIONS, 'RequestAuthentication', PLACES, PLACES],
  [VERSIONS, 'WasmPlugin', PLACES, PLACES],
  [VERSIONS, 'Telemetry', PLACES, PLACES],
  [VERSIONS, 'PeerAuthentication', PLACES, PLACES],
  [VERSIONS, 'ProxyConfig', PLACES, PLACES],
  [VERSIONS, 'Secret', PLACES, PLACES],
  [['1.17'], 'HTTPRoute', PLACES, PLACES],
];

describe.each([
  ['sidecar', SIDECAR],
  ['gateway', GATEWAY],
] as const)('a change concerns a %s', (proxy, rows) => {
  const cases = rows.flatMap(([versions, ...rest]) => versions.map((version) => [version, ...rest] as const));
  test.each(cases)('in %s, of kind %s, among %j, if it is one of %j', (version, kind, among, concerning) => {
    expect(among.filter((place) => concerns(version, proxy, kind, place))).toEqual(concerning);
  });
});

test('every change concerns a waypoint', () => {
  for (const version of LATER) {
    const kinds = ['Gateway', 'Sidecar', 'EnvoyFilter', 'VirtualService', 'Secret', 'Telemetry'] as const;
    for (const kind of kinds) expect(concerns(version, 'waypoint', kind, 'far/x'), kind).toBe(true);
    expect(concerns(version, 'waypoint', 'ServiceEntry', 'far/secret')).toBe(true);
  }
});

test('a gateway is concerned by its own service even if it cannot see it', () => {
  const mesh = { ...MESH, services: MESH.services.map((spec) => ({ ...spec, exportTo: ['~'] })) };
  for (const version of VERSIONS) {
    const plans = plansOf(version, mesh);
    expect(isNeeded(plans, 'gateway-of-own', plans.requests.service('own'))).toBe(true);
    expect(isNeeded(plans, 'gateway', plans.requests.service('own'))).toBe(false);
  }
});

describe('a request without keys', () => {
  test('is for everybody in 1.17, and later for nobody unless it is forced', () => {
    for (const version of VERSIONS) {
      const plans = plansOf(version, MESH);
      const empty = pushRequest({ full: plans.profile.hasFull, reason: 'config' });
      for (const proxy of ['sidecar', 'gateway']) {
        expect(isNeeded(plans, proxy, empty)).toBe(version === '1.17');
        expect(isNeeded(plans, proxy, plans.requests.everything())).toBe(true);
      }
    }
  });
});

describe('the scope before a change counts, too', () => {
  const told = (version: IstioVersion, write: (at: Writes) => void): readonly string[] => {
    const bench = istiodBench({ version, mesh: { ...MESH, proxies: [sidecar('sidecar')] } });
    write(bench.at(0));
    bench.run();
    return [...new Set(bench.notes.messages.map(({ type }) => type))];
  };

  test.each(VERSIONS)('so that the removal of a dependency is pushed, and only of a dependency (%s)', (version) => {
    expect(told(version, (at) => at.remove('vs/data/db'))).toEqual(['cds', 'lds', 'rds']);
    expect(told(version, (at) => at.remove('vs/far/far'))).toEqual([]);
    expect(told(version, (at) => at.removeService('data/db'))).toContain('cds');
    expect(told(version, (at) => at.removeService('far/far'))).toEqual([]);
  });

  test.each(VERSIONS)('so that a Sidecar that goes away is pushed to those that used it (%s)', (version) => {
    expect(told(version, (at) => at.remove('sidecar/default'))).toContain('cds');
    expect(told(version, (at) => at.remove('sidecar/far/default'))).toEqual([]);
  });
});
