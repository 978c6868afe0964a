/** What DestinationRules add to the clusters and endpoints of a proxy. */
import { describe, expect, test } from 'vitest';
import { coefficientsOf } from '../../src/cost/calibrated/index.js';
import { sizeOf } from '../../src/cost/sizes.js';
import { Mesh } from '../../src/mesh/mesh.js';
import type { ConfigObject, PortSpec } from '../../src/mesh/spec.js';
import { costOf, generationFor, microsOf } from '../support/generation.js';
import { destinationRule, gatewayPod, HOME, hostOf, meshOf, service, sidecar } from '../support/mesh.js';

const { bytes } = coefficientsOf('1.30');
const PORTS: readonly PortSpec[] = [80, 81].map((number) => ({ name: `http-${number}`, number, protocol: 'http' }));
const SUBSETS = { subsets: [{ name: 'v1' }, { name: 'v2' }] };

/** Bytes that the rules add to all clusters, and to those of `cart` alone. */
function added(...configs: readonly ConfigObject[]): readonly number[] {
  const sizes = [[], configs].map((objects) => {
    const services = [service('cart', { ports: PORTS }), service('pay')];
    const mesh = new Mesh(meshOf({ services, configs: objects, proxies: [sidecar('client')] }));
    const all = generationFor(mesh, mesh.proxies[0]!, 'cds');
    const names = all.scope.selection.services.filter(({ spec }) => spec.name === 'cart').map(({ key }) => key);
    return [all, { ...all, names, delta: true }].map((generation) => sizeOf(generation, mesh, bytes));
  });
  return sizes[1]!.map((size, i) => Math.round(size - sizes[0]![i]!));
}

describe('the clusters of a proxy', () => {
  test('have one for each subset and port of a service, in a delta as well', () => {
    const expected = Math.round(4 * bytes.cds.perCluster + bytes.cds.perDestinationRule);
    expect(added(destinationRule('cart', SUBSETS))).toEqual([expected, expected]);
  });

  test('have those of a wildcard rule for every service that has no rule of its own', () => {
    const wide = destinationRule('wide', { host: '*.local', ...SUBSETS });
    const each = (clusters: number) => Math.round(clusters * bytes.cds.perCluster + bytes.cds.perDestinationRule);
    expect(added(wide)).toEqual([each(4) + each(2), each(4)]);
    expect(added(wide, destinationRule('cart'))).toEqual([each(0) + each(2), each(0)]);
  });
});

describe('the endpoints of a service with two subsets', () => {
  const mesh = new Mesh(
    meshOf({
      services: [service('cart', { endpoints: 7 }), service('pay', { endpoints: 1 })],
      configs: [destinationRule('cart', SUBSETS)],
      proxies: [sidecar('client'), gatewayPod('istio-system/edge')],
    }),
  );
  const { empty, filled, perEndpoint } = bytes.eds;

  test.each([0, 1])('are its own and once more those of the subsets, in a delta as well (proxy %i)', (proxy) => {
    const all = generationFor(mesh, mesh.proxies[proxy]!, 'eds');
    const ofCart = [...all.watched!].filter(({ dependency }) => dependency.name.startsWith('cart'));
    expect(ofCart.map(({ name }) => name.split('|')[1])).toEqual([undefined, 'v1', 'v2']);
    const cart = 3 * (empty + filled) + 2 * 7 * perEndpoint;
    expect(sizeOf({ ...all, names: ofCart, delta: true }, mesh, bytes)).toBeCloseTo(cart, 6);
    expect(sizeOf(all, mesh, bytes)).toBeCloseTo(cart + empty + filled + perEndpoint, 6);
  });

  test('are generated once for all proxies, and once more when one of them changes', () => {
    const cost = costOf('1.30', mesh);
    const generation = { ...generationFor(mesh, mesh.proxies[0]!, 'eds'), start: 1 };
    microsOf(cost, generation);
    const warm = microsOf(cost, generation);
    cost.endpointsChanged(mesh.serviceKey(HOME, hostOf('cart')), 2);
    const after = microsOf(cost, { ...generation, start: 3 });
    const { miss, missBase, missPerEndpoint } = coefficientsOf('1.30').eds;
    expect(after - warm).toBeGreaterThan(0.8 * (missBase + 3 * miss + 2 * 7 * missPerEndpoint));
  });
});
