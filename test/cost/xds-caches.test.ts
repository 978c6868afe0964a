/** What istiod's caches of generated resources hold, and what a change makes them drop. */
import { expect, test } from 'vitest';
import { type CacheRules, XdsCaches } from '../../src/cost/xds-caches.js';
import type { ConfigKind } from '../../src/istio/kinds.js';
import type { IstioVersion } from '../../src/istio/profile.js';
import type { ConfigKey } from '../../src/mesh/keys.js';
import { Mesh } from '../../src/mesh/mesh.js';
import type { MeshSpec } from '../../src/mesh/spec.js';
import { costOf, generationFor, microsOf } from '../support/generation.js';
import {
  destinationRule,
  gatewayPod,
  hostOf,
  meshOf,
  placed,
  ROOT,
  service,
  sidecar,
  sidecarScope,
  virtualService,
} from '../support/mesh.js';

const START = 1;
const CHANGE = 2;
const LATER = 3;
const RULES: CacheRules = { shared: false, routesDependOnServices: false, endpointsByNodeType: true };
const NOTHING = { clusters: [], endpoints: [], routes: [] };

/** Two services, a proxy in each of two namespaces, and caches that a push has filled. */
class Cached {
  readonly mesh: Mesh;
  readonly caches: XdsCaches;

  constructor(parts: Partial<MeshSpec> = {}) {
    const services = [service('cart'), service('till')];
    this.mesh = new Mesh(meshOf({ services, proxies: [sidecar('client'), sidecar('other/client')], ...parts }));
    this.caches = new XdsCaches(this.mesh, RULES);
    this.fill(START);
  }

  fill(start: number): void {
    const { clusters, endpoints } = this.caches;
    for (const { key } of this.mesh.services) {
      for (const cache of [...Object.values(clusters), ...Object.values(endpoints)]) cache.write(key, start);
    }
    for (const scope of this.#scopes()) this.caches.writeRoutes(scope, start);
  }

  /** A push for this object, as it is in the mesh now. */
  changed(kind: ConfigKind, text: string): void {
    const { namespace, name } = placed(text);
    this.caches.invalidate([this.mesh.keys.of(kind, namespace, name)], CHANGE);
  }

  /** Names of services, and of proxies for routes, with entries for every kind of proxy. */
  get held() {
    const services = [...this.mesh.services];
    const { clusters, endpoints } = this.caches;
    const inAll = (caches: object) =>
      services
        .filter(({ key }) => Object.values(caches).every((cache: { has(of: ConfigKey): boolean }) => cache.has(key)))
        .map(({ spec }) => spec.name);
    const routes = this.#scopes().map((scope, i) => (this.caches.hasRoutes(scope) ? this.mesh.proxies[i] : undefined));
    return {
      clusters: inAll(clusters),
      endpoints: inAll(endpoints),
      routes: routes.filter((proxy) => proxy !== undefined).map(({ name, shape }) => `${shape.namespace}/${name}`),
    };
  }

  #scopes() {
    const { scopes } = this.mesh.tables(1);
    return this.mesh.proxies.map(({ shape }) => scopes.of(shape));
  }
}

const EVERYTHING = {
  clusters: ['cart', 'till'],
  endpoints: ['cart', 'till'],
  routes: ['shop/client', 'other/client'],
};

test('a push fills the caches for every kind of proxy and namespace', () => {
  expect(new Cached().held).toEqual(EVERYTHING);
});

test('routes of two Sidecars in one namespace are cached side by side', () => {
  const cached = new Cached({
    proxies: [sidecar('near', { labels: { app: 'near' } }), sidecar('far', { labels: { app: 'far' } })],
    configs: [
      sidecarScope('near', ['./cart.shop.svc.cluster.local'], { app: 'near' }),
      sidecarScope('far', ['./till.shop.svc.cluster.local'], { app: 'far' }),
    ],
  });
  expect(cached.held.routes).toEqual(['shop/near', 'shop/far']);
});

test('a changed VirtualService drops the routes that it is in and no others', () => {
  const configs = [virtualService('cart', { exportTo: ['.'] })];
  const cached = new Cached({ configs });
  cached.changed('VirtualService', 'cart');
  expect(cached.held).toEqual({ ...EVERYTHING, routes: ['other/client'] });
});

test('routes that are put in the cache again after a change are dropped by the next change', () => {
  const cached = new Cached({ configs: [virtualService('cart')] });
  cached.changed('VirtualService', 'cart');
  cached.fill(LATER);
  expect(cached.held).toEqual(EVERYTHING);
  cached.changed('VirtualService', 'cart');
  expect(cached.held.routes).toEqual([]);
});

test('routes make room for those of sixty thousand others', () => {
  const { mesh, caches } = new Cached();
  const scope = mesh.tables(1).scopes.of(mesh.proxies[0]!.shape);
  const others = Array.from({ length: 60_000 }, (_, i) => ({ ...scope, namespace: `n${i}` }));
  for (const other of others) caches.writeRoutes(other, START);
  expect(caches.hasRoutes(scope)).toBe(false);
  expect(others.every((other) => caches.hasRoutes(other))).toBe(true);
});

test('a changed PeerAuthentication makes clusters and endpoints of all services miss, and no routes', () => {
  const cached = new Cached();
  cached.changed('PeerAuthentication', 'strict');
  expect(cached.held).toEqual({ ...NOTHING, routes: EVERYTHING.routes });
});

test.each([
  ['deleted', (mesh: Mesh) => mesh.deleteConfig(mesh.keys.of('DestinationRule', 'shop', 'cart')), ['till']],
  ['pointed elsewhere', (mesh: Mesh) => mesh.setConfig(destinationRule('cart', { host: hostOf('till') })), []],
  ['written anew', (mesh: Mesh) => mesh.setConfig(destinationRule('cart')), ['till']],
])('a DestinationRule that is %s drops what it used to apply to and what it applies to', (_, change, left) => {
  const cached = new Cached({ configs: [destinationRule('cart')] });
  change(cached.mesh);
  cached.changed('DestinationRule', 'cart');
  expect(cached.held).toMatchObject({ clusters: left, endpoints: left });
});

test.each([
  ['one by one', (cached: Cached) => cached.changed('DestinationRule', 'cart')],
  ['all at once', (cached: Cached) => cached.caches.invalidate(undefined, CHANGE)],
])('a DestinationRule that is moved twice, dropped %s, leaves alone what it left long ago', (_, push) => {
  const cached = new Cached({
    services: [service('cart'), service('till'), service('stock')],
    configs: [destinationRule('cart')],
  });
  cached.mesh.setConfig(destinationRule('cart', { host: hostOf('till') }));
  push(cached);
  cached.fill(LATER);
  cached.mesh.setConfig(destinationRule('cart', { host: hostOf('stock') }));
  cached.changed('DestinationRule', 'cart');
  expect(cached.held.clusters).toEqual(['cart']);
});

test.each([
  ['its namespace', 'shop/lua', ['other/client']],
  ['all, from the root namespace', `${ROOT}/lua`, []],
])('an EnvoyFilter drops routes of %s, all clusters and no endpoints', (_, filter, routes) => {
  const cached = new Cached();
  cached.changed('EnvoyFilter', filter);
  expect(cached.held).toEqual({ clusters: [], endpoints: EVERYTHING.endpoints, routes });
});

/** How long endpoints of a gateway take after a push has generated them for such a pod. */
function endpointsAfter(version: IstioVersion, first: 'sidecar' | 'gateway'): number {
  const services = Array.from({ length: 100 }, (_, i) => service(`s${i}`));
  const pods = { sidecar: sidecar('client'), gateway: gatewayPod('edge') };
  const mesh = new Mesh(meshOf({ services, proxies: [pods[first], pods.gateway] }));
  const cost = costOf(version, mesh);
  const [before, after] = mesh.proxies.map((proxy) => generationFor(mesh, proxy, 'eds', { start: START }));
  microsOf(cost, before!);
  return microsOf(cost, after!);
}

test('gateways find endpoints that were generated for sidecars in 1.17, and generate their own later', () => {
  expect(endpointsAfter('1.17', 'sidecar')).toBe(endpointsAfter('1.17', 'gateway'));
  for (const version of ['1.30', '1.32-dev'] as const) {
    expect(endpointsAfter(version, 'sidecar')).toBeGreaterThan(1.5 * endpointsAfter(version, 'gateway'));
  }
});
