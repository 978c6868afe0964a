import { fc, test as property } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { Mesh } from '../../../src/mesh/mesh.js';
import type { SidecarScope } from '../../../src/mesh/scopes/sidecar-scope.js';
import type { ConfigObject, MeshSpec, ProxySpec } from '../../../src/mesh/spec.js';
import {
  destinationRule,
  gatewayPod,
  hostOf,
  meshOf,
  ROOT,
  service,
  sidecar,
  sidecarScope,
  TCP,
  virtualService,
} from '../../support/mesh.js';
import { importsOf } from '../../support/reference.js';

function scopeOf(spec: Partial<MeshSpec>, viewer: ProxySpec): SidecarScope {
  const mesh = new Mesh(meshOf({ ...spec, proxies: [viewer] }));
  return mesh.tables(1).scopes.of(mesh.proxies[0]!.shape);
}

/** What a scope imports, as `namespace/name` in alphabetical order. */
function seen(scope: SidecarScope) {
  const text = ({ object }: { object: ConfigObject }) => `${object.namespace}/${object.name}`;
  return {
    services: scope.selection.services.map(({ spec }) => `${spec.namespace}/${spec.name}`).sort(),
    routes: scope.virtualServices.map(text).sort(),
    rules: scope.destinationRules.map(text).sort(),
  };
}

const SERVICES = [
  service('shop/cart'),
  service('shop/pay', { exportTo: ['.'] }),
  service('data/db', { ports: TCP }),
  service('data/cache', { exportTo: ['shop', 'other'] }),
  service('data/secret', { exportTo: ['~'] }),
];

describe('without a Sidecar object a proxy imports what is exported to its namespace', () => {
  test.each([
    ['shop', ['data/cache', 'data/db', 'shop/cart', 'shop/pay']],
    ['data', ['data/db', 'shop/cart']],
    ['other', ['data/cache', 'data/db', 'shop/cart']],
  ])('in %s: %j', (namespace, services) => {
    expect(seen(scopeOf({ services: SERVICES }, sidecar(`${namespace}/me`))).services).toEqual(services);
  });

  test('and the proxies of one namespace share one scope, as do those of namespaces that see the same', () => {
    const proxies = [sidecar('data/a'), sidecar('data/b', { labels: { app: 'b' } }), sidecar('nobody/c')];
    const mesh = new Mesh(meshOf({ services: [service('shop/cart')], proxies }));
    const { scopes } = mesh.tables(1);
    const [a, b, c] = mesh.proxies.map(({ shape }) => scopes.of(shape));
    expect(a).toBe(b);
    expect(a).not.toBe(c);
    expect(a!.selection).toBe(c!.selection);
  });

  test('routes and rules are exported in the same way', () => {
    const configs = [
      virtualService('data/db'),
      virtualService('data/cache', { exportTo: ['.'] }),
      destinationRule('data/db', { exportTo: ['shop'] }),
      destinationRule('data/cache', { exportTo: ['.'] }),
      virtualService('shop/cart', { gateways: ['edge'] }),
    ];
    // The last is for a gateway only, not for the mesh.
    expect(seen(scopeOf({ services: SERVICES, configs }, sidecar('me')))).toMatchObject({
      routes: ['data/db'],
      rules: ['data/db'],
    });
  });
});

describe('a Sidecar object narrows that down', () => {
  const imports = (hosts: readonly string[], configs: readonly ConfigObject[] = []) =>
    seen(scopeOf({ services: SERVICES, configs: [sidecarScope('default', hosts), ...configs] }, sidecar('me')));

  test.each([
    [['./*'], ['shop/cart', 'shop/pay']],
    [['*/*'], ['data/cache', 'data/db', 'shop/cart', 'shop/pay']],
    [['data/*'], ['data/cache', 'data/db']],
    [['./cart.shop.svc.cluster.local'], ['shop/cart']],
    [['*/*.data.svc.cluster.local'], ['data/cache', 'data/db']],
    [
      ['./*', 'data/db.data.svc.cluster.local'],
      ['data/db', 'shop/cart', 'shop/pay'],
    ],
    [['~/*'], []],
    [['shop/db.data.svc.cluster.local'], []],
    [['data/secret.data.svc.cluster.local'], []],
  ])('with egress to %j: %j', (hosts, services) => {
    expect(imports(hosts).services).toEqual(services);
  });

  test('without any egress listener it imports everything', () => {
    const configs = [{ ...sidecarScope('default', []), spec: {} }];
    expect(seen(scopeOf({ services: SERVICES, configs }, sidecar('me'))).services).toHaveLength(4);
  });

  test('routes are imported by their hosts, and bring the services they lead to along', () => {
    const route = virtualService('shop/cart', { http: [{ route: [{ destination: { host: hostOf('data/db') } }] }] });
    expect(imports(['./cart.shop.svc.cluster.local'], [route])).toEqual({
      services: ['data/db', 'shop/cart'],
      routes: ['shop/cart'],
      rules: [],
    });
    expect(imports(['data/*'], [route]).routes).toEqual([]);
  });

  test('a route cannot bring a service along that is not exported to the proxy', () => {
    const route = virtualService('shop/cart', {
      http: [{ route: [{ destination: { host: hostOf('data/secret') } }] }],
    });
    expect(imports(['./cart.shop.svc.cluster.local'], [route]).services).toEqual(['shop/cart']);
  });

  test('rules come with the services they are selected for', () => {
    const rule = (namespace: string, host: string): ConfigObject => ({
      ...destinationRule(`${namespace}/for-${host}`),
      spec: { host: hostOf(`shop/${host}`) },
    });
    const rules = [rule('shop', 'cart'), rule(ROOT, 'cart'), rule('data', 'cart'), rule('shop', 'pay')];
    expect(imports(['./cart.shop.svc.cluster.local'], rules).rules).toEqual(['shop/for-cart']);
  });
});

describe('the Sidecar object of a proxy', () => {
  const A = (name: string) => [`shop/${name}.shop.svc.cluster.local`];
  const services = ['root', 'own', 'selected', 'later'].map((name) => service(`shop/${name}`));
  const chosen = (viewer: ProxySpec, ...configs: readonly ConfigObject[]) =>
    seen(scopeOf({ services, configs }, viewer)).services;

  const root = sidecarScope(`${ROOT}/default`, A('root'));
  const own = sidecarScope('shop/default', A('own'));
  const selected = sidecarScope('shop/selected', A('selected'), { app: 'me' });
  const later = sidecarScope('shop/later', A('later'));
  const me = sidecar('shop/me', { labels: { app: 'me', version: '1' } });

  test('is one of its namespace that selects it, before one that selects nobody in particular', () => {
    expect(chosen(me, root, own, selected)).toEqual(['shop/selected']);
    expect(chosen(sidecar('shop/you', { labels: { app: 'you' } }), root, own, selected)).toEqual(['shop/own']);
  });

  test('is the oldest of several', () => {
    expect(chosen(me, own, later)).toEqual(['shop/own']);
    expect(chosen(me, later, own)).toEqual(['shop/later']);
  });

  test('is that of the root namespace when its own has none, evaluated for its own namespace', () => {
    expect(chosen(me, root)).toEqual(['shop/root']);
    expect(chosen(me, sidecarScope(`${ROOT}/default`, ['./*']))).toHaveLength(4);
    expect(chosen(sidecar('data/me'), sidecarScope(`${ROOT}/default`, ['./*']))).toEqual([]);
  });

  test('is never one of the root namespace that selects workloads, unless it lives there', () => {
    const configs = [sidecarScope(`${ROOT}/selected`, A('root'), { app: 'me' })];
    expect(chosen(me, ...configs)).toHaveLength(4);
    expect(chosen(sidecar(`${ROOT}/me`, { labels: { app: 'me' } }), ...configs)).toEqual(['shop/root']);
  });

  test('is none for gateways and waypoints', () => {
    expect(chosen(gatewayPod('shop/edge'), root, own)).toHaveLength(4);
    expect(chosen(sidecar('shop/waypoint', { type: 'waypoint' }), root, own)).toHaveLength(4);
  });

  test('keeps its age when it is edited', () => {
    const mesh = new Mesh(meshOf({ services, configs: [own, later], proxies: [me] }));
    mesh.setConfig(sidecarScope('shop/default', A('root')));
    const scope = mesh.tables(1).scopes.of(mesh.proxies[0]!.shape);
    expect(seen(scope).services).toEqual(['shop/root']);
  });
});

describe('scopes of a push context that rebuilt nothing they depend on', () => {
  test('are taken over as they are', () => {
    const mesh = new Mesh(meshOf({ services: SERVICES, proxies: [sidecar('me')] }));
    const first = mesh.tables(1);
    const scope = first.scopes.of(mesh.proxies[0]!.shape);
    mesh.setService(service('shop/new'));
    const second = mesh.tables(2, first, ['gateways']);
    expect(second.scopes.of(mesh.proxies[0]!.shape)).toBe(scope);
    expect(second.services).toBe(first.services);
    const third = mesh.tables(3, second, ['services', 'scopes']);
    expect(third.scopes.of(mesh.proxies[0]!.shape).selection.services).toHaveLength(
      scope.selection.services.length + 1,
    );
  });
});

const NAMESPACES = ['a', 'b', ROOT] as const;
const namespace = fc.constantFrom(...NAMESPACES);
const name = fc.tuple(namespace, fc.constantFrom('x', 'y', 'z')).map((parts) => parts.join('/'));
const exportTo = fc.constantFrom<readonly string[]>([], [], ['*'], ['.'], ['a'], ['b', '.'], ['~']);
const egress = fc.oneof(
  fc.constantFrom('./*', '*/*', 'a/*', 'b/*', '~/*', '*/*.b.svc.cluster.local'),
  fc.tuple(fc.constantFrom('.', '*', 'a'), name).map(([from, to]) => `${from}/${hostOf(to)}`),
);
const ruleHost = fc.oneof(name.map(hostOf), fc.constantFrom('*', '*.local', '*.b.svc.cluster.local'));
const labels = fc.constantFrom<Record<string, string> | undefined>(undefined, undefined, { app: 'x' }, { app: 'y' });

const world = fc.record({
  services: fc.uniqueArray(fc.record({ name, exportTo }), { maxLength: 9, selector: (one) => one.name }),
  routes: fc.uniqueArray(
    fc.record({
      name,
      host: name,
      to: name,
      exportTo,
      gateways: fc.constantFrom(['mesh'], ['edge'], ['edge', 'mesh']),
    }),
    { maxLength: 5, selector: (one) => one.name },
  ),
  rules: fc.uniqueArray(fc.record({ name, host: ruleHost, exportTo }), { maxLength: 5, selector: (one) => one.name }),
  sidecars: fc.array(fc.record({ namespace, hosts: fc.array(egress, { minLength: 1, maxLength: 3 }), labels }), {
    maxLength: 4,
  }),
  viewer: fc.record({
    namespace,
    app: fc.constantFrom('x', 'y'),
    type: fc.constantFrom('sidecar', 'sidecar', 'gateway'),
  }),
});

property.prop([world], { numRuns: 1_000, seed: 20_261_121 })(
  'a scope is what the rules of exportTo and of Sidecar objects say, one object at a time',
  ({ services, routes, rules, sidecars, viewer }) => {
    const proxy: ProxySpec = {
      ...sidecar(`${viewer.namespace}/me`, { labels: { app: viewer.app } }),
      type: viewer.type as ProxySpec['type'],
    };
    const spec = meshOf({
      services: services.map((one) => service(one.name, { exportTo: one.exportTo })),
      configs: [
        ...routes.map((one) => {
          const http = [{ route: [{ destination: { host: hostOf(one.to) } }] }];
          return virtualService(one.name, {
            hosts: [hostOf(one.host)],
            http,
            exportTo: one.exportTo,
            gateways: one.gateways,
          });
        }),
        ...rules.map((one) => destinationRule(one.name, { host: one.host, exportTo: one.exportTo })),
        ...sidecars.map((one, i) => sidecarScope(`${one.namespace}/sidecar-${i}`, one.hosts, one.labels)),
      ],
      proxies: [proxy],
    });
    const mesh = new Mesh(spec);
    const scope = mesh.tables(1).scopes.of(mesh.proxies[0]!.shape);
    const expected = importsOf(spec, ROOT, proxy);

    expect(scope.sidecar && `${scope.sidecar.object.namespace}/${scope.sidecar.object.name}`).toBe(expected.sidecar);
    const imported = scope.selection.services.map((one) => `${one.spec.namespace}/${one.spec.host}`);
    expect(imported.sort()).toEqual([...expected.services].sort());
    expect(seen(scope).routes).toEqual([...expected.virtualServices].sort());
    expect(seen(scope).rules).toEqual([...expected.destinationRules].sort());

    // What it depends on is what it imports.
    for (const one of spec.services) {
      const key = mesh.serviceKey(one.namespace, one.host);
      expect(scope.dependsOn(key)).toBe(expected.services.has(`${one.namespace}/${one.host}`));
    }
    for (const one of spec.configs) {
      const text = `${one.namespace}/${one.name}`;
      const among = { VirtualService: expected.virtualServices, DestinationRule: expected.destinationRules }[
        one.kind as string
      ];
      const depends = among?.has(text) ?? expected.sidecar === text;
      expect(scope.dependsOn(mesh.keys.of(one.kind, one.namespace, one.name)), `${one.kind} ${text}`).toBe(depends);
    }
  },
);
