import { describe, expect, test } from 'vitest';
import type { MergedGateway } from '../../../src/mesh/config/gateway-table.js';
import { Mesh } from '../../../src/mesh/mesh.js';
import { LATEST_RULES } from '../../../src/mesh/rules.js';
import type { ConfigObject, ProxySpec } from '../../../src/mesh/spec.js';
import { gateway, gatewayPod, meshOf, service, virtualService } from '../../support/mesh.js';

function server(port: number, protocol: string, credentialName?: string) {
  const tls = credentialName === undefined ? {} : { tls: { mode: 'SIMPLE', credentialName } };
  return { port: { number: port, name: protocol.toLowerCase(), protocol }, hosts: ['*'], ...tls };
}

function merged(pod: ProxySpec, configs: readonly ConfigObject[], sameNamespaceOnly = false): MergedGateway {
  const mesh = new Mesh(meshOf({ services: [service('cart')], configs, proxies: [pod] }), {
    ...LATEST_RULES,
    gatewaysInOwnNamespace: sameNamespaceOnly,
  });
  return mesh.tables(1).gateways.mergedFor(mesh.proxies[0]!.shape);
}

const POD = gatewayPod('istio-system/edge');

describe('the Gateway objects of a gateway pod', () => {
  test('merge into one listener a port and one route name for each', () => {
    const all = merged(POD, [
      gateway('a', server(80, 'HTTP')),
      gateway('b', server(80, 'HTTP'), server(8_080, 'HTTP2')),
      gateway('other/c', server(443, 'HTTPS', 'cert-c')),
    ]);
    expect(all.gateways.length).toBe(3);
    expect(all.ports).toEqual([80, 443, 8_080]);
    expect([...all.routes]).toEqual(['http.80', 'http.8080', 'https.443.0.c.other']);
    expect([...all.secrets]).toEqual(['cert-c']);
  });

  test('have a route name for each TLS server, even on one port', () => {
    const all = merged(POD, [
      gateway('a', server(443, 'HTTPS', 'one'), server(443, 'HTTPS', 'two')),
      gateway('b', server(443, 'HTTPS', 'two')),
    ]);
    expect(all.ports).toEqual([443]);
    expect([...all.routes]).toEqual(['https.443.0.a.shop', 'https.443.1.a.shop', 'https.443.0.b.shop']);
    expect([...all.secrets]).toEqual(['one', 'two']);
  });

  test('have no routes for TCP and passthrough, and no certificates for what they do not terminate', () => {
    const passthrough = (mode: string) => ({ ...server(8_443, 'HTTPS'), tls: { mode, credentialName: 'cert' } });
    const through = ['PASSTHROUGH', 'AUTO_PASSTHROUGH'].map(passthrough);
    const all = merged(POD, [gateway('a', server(9_000, 'TCP'), server(443, 'TLS'), ...through)]);
    expect(all.ports).toEqual([443, 8_443, 9_000]);
    expect(all.routes.size).toBe(0);
    expect([...all.secrets]).toEqual([]);
  });

  test('are those that select it by all their labels', () => {
    const strict = {
      ...gateway('strict'),
      spec: { ...gateway('strict').spec, selector: { istio: 'ingressgateway', tier: 'a' } },
    };
    expect(merged(POD, [gateway('plain'), strict]).gateways.length).toBe(1);
    const labels = { istio: 'ingressgateway', tier: 'a', pod: 'x' };
    expect(merged(gatewayPod('istio-system/edge', { labels }), [gateway('plain'), strict]).gateways.length).toBe(2);
  });

  test('may be none: then there are no ports, no routes and no secrets', () => {
    const egress = gatewayPod('istio-system/egress', { labels: { istio: 'egressgateway' } });
    const all = merged(egress, [gateway('a')]);
    expect([all.ports, all.routes.size, all.secrets.size]).toEqual([[], 0, 0]);
  });

  test('of other namespaces do not count when gateways are held to their own', () => {
    const configs = [gateway('istio-system/beside'), gateway('elsewhere/far')];
    expect(merged(POD, configs).gateways.length).toBe(2);
    expect(merged(POD, configs, true).gateways.map(({ object }) => object.name)).toEqual(['beside']);
  });
});

test('routes bound to a gateway are counted for it, whatever namespace they write it with', () => {
  const configs = [
    gateway('istio-system/edge'),
    virtualService('cart', { gateways: ['istio-system/edge'] }),
    virtualService('istio-system/local', { gateways: ['edge'] }),
    virtualService('pay', { gateways: ['edge'] }),
    virtualService('ship'),
  ];
  const mesh = new Mesh(meshOf({ configs, proxies: [POD] }));
  const tables = mesh.tables(1);
  expect(tables.boundTo(tables.gateways.mergedFor(mesh.proxies[0]!.shape)).virtualServices).toBe(2);
});
