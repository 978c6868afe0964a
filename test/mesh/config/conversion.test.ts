import { describe, expect, test } from 'vitest';
import type { IstioVersion } from '../../../src/istio/profile.js';
import { profileOf } from '../../../src/istio/profile.js';
import { Mesh } from '../../../src/mesh/mesh.js';
import { defaultOptions, meshRules } from '../../../src/pipeline/options.js';
import { istiodBench, VERSIONS } from '../../support/bench.js';
import { gatewayPod, hostOf, meshOf, object, service, sidecar } from '../../support/mesh.js';

const LABEL: Readonly<Record<IstioVersion, string>> = {
  '1.17': 'istio.io/gateway-name',
  '1.30': 'gateway.networking.k8s.io/gateway-name',
  '1.32-dev': 'gateway.networking.k8s.io/gateway-name',
};
const EDGE = object('KubernetesGateway', 'edge/web', {
  gatewayClassName: 'istio',
  listeners: [
    {
      name: 'http',
      port: 80,
      protocol: 'HTTP',
      hostname: '*.example.com',
      allowedRoutes: { namespaces: { from: 'All' } },
    },
    { name: 'https', port: 443, protocol: 'HTTPS', tls: { certificateRefs: [{ name: 'cert' }] } },
  ],
});
const ROUTE = object('HTTPRoute', 'shop/cart', {
  parentRefs: [{ name: 'web', namespace: 'edge' }],
  hostnames: ['cart.example.com'],
  rules: [{ backendRefs: [{ name: 'cart', port: 80 }] }],
});

function meshWith(version: IstioVersion, ...configs: readonly (typeof EDGE)[]) {
  const profile = profileOf(version);
  const pod = (place: string) => gatewayPod(`${place}/web`, { labels: { [LABEL[version]!]: 'web' } });
  const proxies = [pod('edge'), pod('elsewhere'), sidecar('shop/cart')];
  const mesh = new Mesh(
    meshOf({ services: [service('cart')], proxies, configs }),
    meshRules(profile, defaultOptions(profile, 2)),
  );
  return { mesh, tables: mesh.tables(1), shapes: mesh.proxies.map(({ shape }) => shape) };
}

describe('objects of the Gateway API', () => {
  test.each(VERSIONS)('%s: a Gateway configures the pods deployed for it, which are beside it', (version) => {
    const { tables, shapes } = meshWith(version, EDGE);
    const { ports, secrets } = tables.gateways.mergedFor(shapes[0]!);
    expect(ports).toEqual([80, 443]);
    expect([...secrets]).toEqual(['cert']);
    expect(tables.gateways.mergedFor(shapes[1]!).ports).toEqual([]);
  });

  test.each(VERSIONS)('%s: a route is bound to the Gateway it names and no business of sidecars', (version) => {
    const { tables, shapes } = meshWith(version, EDGE, ROUTE);
    expect(tables.boundTo(tables.gateways.mergedFor(shapes[0]!)).virtualServices).toBe(1);
    expect(tables.virtualServices[0]).toMatchObject({ hosts: ['cart.example.com'], destinations: [hostOf('cart')] });
    expect(tables.scopes.of(shapes[2]!).virtualServices).toEqual([]);
  });

  test('a route whose parent is a Service is one of the mesh', () => {
    const route = object('HTTPRoute', 'shop/cart', { parentRefs: [{ kind: 'Service', name: 'cart' }], rules: [] });
    const { tables, shapes } = meshWith('1.30', route);
    expect(tables.scopes.of(shapes[2]!).virtualServices[0]?.hosts).toEqual([hostOf('cart')]);
  });

  test('a waypoint, a route without parents and a class become nothing', () => {
    const { mesh } = meshWith(
      '1.30',
      object('KubernetesGateway', 'edge/way', { gatewayClassName: 'istio-waypoint', listeners: [{ port: 15008 }] }),
      object('TCPRoute', 'shop/lost', { rules: [] }),
      object('GatewayClass', '/istio', {}),
    );
    expect([...mesh.configs('Gateway'), ...mesh.configs('VirtualService')]).toEqual([]);
  });

  test('what was converted goes with its object and changes with it', () => {
    const { mesh } = meshWith('1.30', EDGE, ROUTE);
    mesh.setConfig({ ...ROUTE, spec: { ...ROUTE.spec, hostnames: ['new.example.com'] } });
    expect(mesh.tables(2).virtualServices.map(({ hosts }) => hosts)).toEqual([['new.example.com']]);
    mesh.deleteConfig(mesh.keys.of('HTTPRoute', 'shop', 'cart'));
    expect(mesh.configs('VirtualService')).toEqual([]);
  });
});

describe('writing them', () => {
  function bench(version: IstioVersion) {
    return istiodBench({
      version,
      mesh: meshOf({
        services: [service('cart')],
        proxies: [sidecar('cart'), gatewayPod('edge/web', { labels: { [LABEL[version]!]: 'web' } })],
        configs: [EDGE, ROUTE, object('IngressClass', '/istio', { controller: 'istio.io/ingress-controller' })],
      }),
    });
  }

  test.each(['1.30', '1.32-dev'] as const)(
    '%s: a changed route is a changed VirtualService, for gateways only',
    (version) => {
      const run = bench(version);
      run.at(0).change('HTTPRoute/shop/cart', { spec: { ...ROUTE.spec, hostnames: ['new.example.com'] } });
      run.run();
      expect([...(run.changes[0]?.keys ?? [])].map(({ kind }) => kind)).toEqual(['VirtualService']);
      expect(run.metrics().pilot_xds_pushes.by).toEqual({ cds: 1, lds: 1, rds: 1 });
    },
  );

  test('a status write pushes everything to everybody in 1.17 and nothing later', () => {
    const pushes = (version: IstioVersion) => {
      const run = bench(version);
      run.at(0).change('HTTPRoute/shop/cart', { spec: ROUTE.spec, edit: 'status' });
      run.run();
      return run.metrics().pilot_xds_pushes.total;
    };
    // CDS, EDS, LDS and RDS for the sidecar, the same and nothing for SDS, which no route touches, for the gateway.
    expect(VERSIONS.map(pushes)).toEqual([8, 0, 0]);
  });

  test('an Ingress is two updates, of its route and of its gateway; when nothing in it changed only in 1.17', () => {
    const spec = {
      ingressClassName: 'istio',
      rules: [{ host: 'a.example.com', http: { paths: [{ backend: { service: { name: 'cart' } } }] } }],
    };
    const updates = (version: IstioVersion) => {
      const run = bench(version);
      run.at(0).change('Ingress/shop/front', { spec });
      run.at(1_000).change('Ingress/shop/front', { spec, edit: 'status' });
      run.run();
      return run.metrics().pilot_inbound_updates.total;
    };
    expect(VERSIONS.map(updates)).toEqual([4, 2, 2]);
  });
});
